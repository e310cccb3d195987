"""Certificates made with the openssl command line, as a company's authority would make them."""
import os
import pathlib
import subprocess
import time

CLIENT = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
CONFIG = """[ca]
default_ca=it
[it]
database={folder}/index.txt
crlnumber={folder}/crlnumber
rand_serial=yes
default_md=sha256
policy=any
unique_subject=no
crl_extensions=list
[list]
[any]
commonName=optional
"""


def openssl(*arguments) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}:\n{done.stderr}")
    return done.stdout


def openssl_bytes(*arguments, **options) -> bytes:
    """What it prints, as bytes; fails with what it says."""
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60, **options).stdout


def stamp(seconds: float) -> str:
    """That many seconds from now, as openssl wants a time."""
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + seconds))


class Certificate:
    """A certificate, its key, and what it can sign; files in a folder of its own."""

    def __init__(self, folder: pathlib.Path, issuer: "Certificate | None" = None, subject: str = "/CN=client",
                 form: str = CLIENT, key: str = "EC", digest: str = "sha256", begins: float = -86400,
                 ends: float = 86400 * 300):
        self.folder = folder
        folder.mkdir(parents=True)
        self.pem, self.key = folder / "own.pem", folder / "own.key"
        (folder / "form").write_text(form)
        (folder / "index.txt").write_text("")
        (folder / "crlnumber").write_text("01\n")
        (folder / "ca.conf").write_text(CONFIG.format(folder=folder))
        kind = {"EC": ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"), "ED25519": ("ED25519",)}.get(
            key, ("RSA", "-pkeyopt", f"rsa_keygen_bits:{key}"))
        openssl("genpkey", "-algorithm", *kind, "-out", self.key)
        openssl("req", "-new", "-key", self.key, "-subj", subject, "-out", folder / "request")
        signer = issuer or self
        openssl("ca", "-batch", "-notext", "-preserveDN", "-config", signer.folder / "ca.conf",
                *(("-selfsign",) if issuer is None else ("-cert", issuer.pem)), "-keyfile", signer.key,
                "-md", digest if key != "ED25519" or issuer else "default", "-in", folder / "request",
                "-extfile", folder / "form", "-startdate", stamp(begins), "-enddate", stamp(ends),
                "-outdir", folder, "-out", self.pem)

    def chain(self, *others: "Certificate") -> pathlib.Path:
        path = self.folder / "chain.pem"
        path.write_text("".join(each.pem.read_text() for each in (self, *others)))
        return path

    def revoke(self, other: "Certificate") -> None:
        openssl("ca", "-config", self.folder / "ca.conf", "-cert", self.pem, "-keyfile", self.key, "-revoke", other.pem)

    def revocation_list(self, begins: float = -3600, ends: float = 86400) -> str:
        """PEM; its number is one more than that of the one before."""
        return openssl("ca", "-gencrl", "-config", self.folder / "ca.conf", "-cert", self.pem, "-keyfile", self.key,
                       "-crl_lastupdate", stamp(begins), "-crl_nextupdate", stamp(ends))

    def key_digest(self) -> str:
        der = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout", "-outform", "der"], capture_output=True,
                             check=True, timeout=60).stdout
        return subprocess.run(["sha256sum"], input=der, capture_output=True, check=True,
                              timeout=60).stdout.decode().split()[0]
