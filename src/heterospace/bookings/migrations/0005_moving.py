from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_presence")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="held_from",
            field=models.DateTimeField(null=True),
        )
    ]
