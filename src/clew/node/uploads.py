"""Takes an upload from the browser straight into an encrypted file: nothing readable is spooled to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload

from clew.node.home import load_home
from clew.node.sealed_files import LARGEST, FileIntake, ReceivedFile, TooLarge

if TYPE_CHECKING:
    Upload = UploadedFile[bytes]
else:
    Upload = UploadedFile


class SealedUpload(Upload):
    """An upload that already lies encrypted in the node's directory; its content is not read again."""

    def __init__(self, received: ReceivedFile, name: str | None, content_type: str | None) -> None:
        super().__init__(name=name, content_type=content_type, size=received.size)
        self.received = received


class SealingUploadHandler(FileUploadHandler):
    """Seals the one file of an upload while it arrives. The view calls `discard` unless the file was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.too_large = False
        self._intake: FileIntake | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self._intake is not None:
            raise StopUpload(connection_reset=False)
        self._intake = FileIntake(load_home().documents, LARGEST)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._intake is None:
            raise StopUpload(connection_reset=False)
        try:
            self._intake.write(raw_data)
        except TooLarge as error:
            self.too_large = True
            raise StopUpload(connection_reset=False) from error

    def file_complete(self, file_size: int) -> SealedUpload | None:
        if self._intake is None or self.too_large:
            return None
        return SealedUpload(self._intake.finish(), self.file_name, self.content_type)

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        """Leave nothing of an upload that did not become a document."""
        if self._intake is not None:
            self._intake.discard()
