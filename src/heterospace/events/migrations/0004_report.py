"""The report of an event, frozen when its books are closed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import heterospace.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("figures", models.JSONField()),
                ("at", models.DateTimeField(default=heterospace.core.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report", to="events.event"
                    ),
                ),
            ],
        ),
    ]
