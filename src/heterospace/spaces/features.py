"""The features every office starts with. Operators may add rows of their own; these are kept up by every migrate."""

from typing import Any

from .models import Feature

FEATURES = [
    # code, Indonesian, English, about accessibility, icon
    ("wifi", "Wi-Fi", "Wi-Fi", False, "wifi"),
    ("projector", "Proyektor", "Projector", False, "projector"),
    ("screen", "Layar TV dan HDMI", "TV screen and HDMI", False, "monitor"),
    ("whiteboard", "Papan tulis", "Whiteboard", False, "presentation"),
    ("sound", "Pengeras suara", "Sound system", False, "volume-2"),
    ("video-call", "Alat rapat daring", "Video meeting set", False, "video"),
    ("air-conditioning", "AC", "Air conditioning", False, "wind"),
    ("kitchen", "Dapur", "Kitchen", False, "cooking-pot"),
    ("tools", "Alat produksi", "Production tools", False, "hammer"),
    ("lighting", "Lampu studio", "Studio lighting", False, "lamp"),
    ("stage", "Panggung", "Stage", False, "theater"),
    ("parking", "Tempat parkir", "Parking", False, "car"),
    ("prayer-room", "Musala dekat", "Prayer room nearby", False, "moon"),
    ("step-free", "Tanpa anak tangga", "Step-free access", True, "accessibility"),
    ("wide-door", "Pintu lebar (90 cm)", "Wide door (90 cm)", True, "door-open"),
    ("accessible-toilet", "Toilet difabel", "Accessible toilet", True, "toilet"),
    ("hearing-loop", "Alat bantu dengar", "Hearing support", True, "ear"),
    ("tactile", "Jalur pemandu", "Tactile guidance", True, "footprints"),
    ("quiet", "Tenang", "Quiet", True, "volume-x"),
]


def keep_features(**kwargs: Any) -> None:
    """Add the features that are missing; connected to Django's `post_migrate`."""
    known = set(Feature.objects.values_list("code", flat=True))
    Feature.objects.bulk_create(
        [
            Feature(
                code=code, name_id=name_id, name_en=name_en, is_access=is_access, icon=icon, position=position
            )
            for position, (code, name_id, name_en, is_access, icon) in enumerate(FEATURES)
            if code not in known
        ]
    )
