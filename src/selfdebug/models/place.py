"""Where replies and runs are kept unless somebody names another place. Nothing is opened here."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def default_path() -> Path:
    """`store.db` in the user's data folder, such as ~/.local/share/selfdebug."""
    return Path(platformdirs.user_data_dir("selfdebug", appauthor=False)) / "store.db"
