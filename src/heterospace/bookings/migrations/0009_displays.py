import django.db.models.deletion
from django.db import migrations, models

import heterospace.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0008_guests"),
        ("members", "0001_initial"),
        ("spaces", "0002_grace"),
    ]

    operations = [
        migrations.CreateModel(
            name="Display",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secret", models.CharField(max_length=40, unique=True)),
                ("made_at", models.DateTimeField(default=heterospace.core.clock.now)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="displays",
                        to="members.person",
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="displays",
                        to="spaces.space",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("space",),
                        name="one_display_of_a_space",
                    )
                ],
            },
        ),
    ]
