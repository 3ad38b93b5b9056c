"""Has a Chromium on Linux trust an authority: puts it into the NSS database of a home, by the library itself.

A program of its own (``python nss.py DATABASE CERTIFICATE``): the library keeps state for as long as a process lives.
"""

from __future__ import annotations

import ctypes
import ssl
import sys
from ctypes import c_char_p, c_int, c_uint, c_ulong, c_void_p
from pathlib import Path

TRUSTED_AUTHORITY_FOR_TLS = b"C,,"


class _Trust(ctypes.Structure):
    _fields_ = (("tls", c_uint), ("mail", c_uint), ("code", c_uint))


class _Item(ctypes.Structure):
    _fields_ = (("kind", c_uint), ("data", c_void_p), ("length", c_uint))


def trust(database: Path, certificate: bytes) -> None:
    """Make the database where there is none, and trust the authority (DER) in it."""
    nss = ctypes.CDLL("libnss3.so")  # a Chromium on Linux is linked against it
    for name in ("PK11_GetInternalKeySlot", "CERT_NewTempCertificate", "CERT_GetDefaultCertDB"):
        getattr(nss, name).restype = c_void_p
    nss.PK11_InitPin.argtypes = (c_void_p, c_char_p, c_char_p)
    nss.PK11_NeedUserInit.argtypes = (c_void_p,)
    nss.PK11_ImportCert.argtypes = (c_void_p, c_void_p, c_ulong, c_char_p, c_int)
    nss.CERT_NewTempCertificate.argtypes = (c_void_p, c_void_p, c_char_p, c_int, c_int)
    nss.CERT_ChangeCertTrust.argtypes = (c_void_p, c_void_p, c_void_p)
    database.mkdir(parents=True, exist_ok=True)
    _done(nss.NSS_InitReadWrite(f"sql:{database}".encode()), "open")
    slot = nss.PK11_GetInternalKeySlot()
    if nss.PK11_NeedUserInit(slot):
        _done(nss.PK11_InitPin(slot, None, b""), "begin")
    held = ctypes.create_string_buffer(certificate, len(certificate))
    item = _Item(0, ctypes.cast(held, c_void_p), len(certificate))
    everything = nss.CERT_GetDefaultCertDB()
    found = nss.CERT_NewTempCertificate(everything, ctypes.byref(item), None, 0, 1)
    _done(0 if found else 1, "read the certificate")
    _done(nss.PK11_ImportCert(slot, found, 0, b"Givre", 0), "import")
    wanted = _Trust()
    _done(nss.CERT_DecodeTrustString(ctypes.byref(wanted), TRUSTED_AUTHORITY_FOR_TLS), "read the trust")
    _done(nss.CERT_ChangeCertTrust(everything, found, ctypes.byref(wanted)), "trust")


def _done(status: int, what: str) -> None:
    if status != 0:
        message = f"NSS could not {what}"
        raise RuntimeError(message)


if __name__ == "__main__":
    trust(Path(sys.argv[1]), ssl.PEM_cert_to_DER_cert(Path(sys.argv[2]).read_text("ascii")))
