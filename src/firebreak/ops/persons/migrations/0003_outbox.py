"""A ruling goes to the lake as an event of the outbox."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0002_reach"),
    ]

    operations = [
        migrations.RemoveField(model_name="ruling", name="lake_ruling_id"),
        migrations.AddField(model_name="ruling", name="event_id", field=models.BigIntegerField(null=True)),
    ]
