"""What people do with imports and exports, and what the worker does for them."""

from clew.node.transfer.actions.bagging import LARGEST_KEPT, Bag, export_documents, keep_bag, write_bag_out
from clew.node.transfer.actions.exports import discard_old_exports, download_export, request_export
from clew.node.transfer.actions.handing_out import HandOut, hand_out
from clew.node.transfer.actions.imports import (
    cancel_import,
    check_import,
    choose_mapping,
    import_now,
    start_import,
    undo_import,
    upload_file,
)
from clew.node.transfer.actions.mappings import delete_mapping, rename_mapping, save_mapping, save_matching
from clew.node.transfer.actions.publishing import publish_table
from clew.node.transfer.actions.running import run_import, run_pending
from clew.node.transfer.models import Export

__all__ = [
    "LARGEST_KEPT",
    "Bag",
    "Export",
    "HandOut",
    "cancel_import",
    "check_import",
    "choose_mapping",
    "delete_mapping",
    "discard_old_exports",
    "download_export",
    "export_documents",
    "hand_out",
    "import_now",
    "keep_bag",
    "publish_table",
    "rename_mapping",
    "request_export",
    "run_import",
    "run_pending",
    "save_mapping",
    "save_matching",
    "start_import",
    "undo_import",
    "upload_file",
    "write_bag_out",
]
