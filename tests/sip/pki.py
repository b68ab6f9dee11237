"""Who signs vCons: a root, signers below it, and what they sign. And who
speaks TLS: a root, and certificates with names in them.

All of it is made on the spot with the openssl program, which knows nothing of
Baton.
"""

import base64
import json
import os
import subprocess

from data import dump

EXTENSIONS = {
    "ca": "basicConstraints=critical,CA:TRUE\n"
          "keyUsage=critical,keyCertSign\n",
    "leaf": "basicConstraints=CA:FALSE\n"
            "keyUsage=critical,digitalSignature\n",
}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def raw_of(der):
    """r and s of an ECDSA signature, 32 bytes each: RFC 7518, 3.4"""
    out, at = b"", 2
    for _ in range(2):
        size = der[at + 1]
        number = int.from_bytes(der[at + 2:at + 2 + size], "big")
        out += number.to_bytes(32, "big")
        at += 2 + size
    return out


class Issuer:
    """A root and the signers below it, in a folder."""

    def __init__(self, folder, name):
        self.folder = folder
        os.makedirs(folder)
        for kind, text in EXTENSIONS.items():
            with open(self.path(kind + ".ext"), "w") as f:
                f.write(text)
        self.make("root", "EC", "/CN=%s Root" % name, "ca", None)
        self.make("rsa", "RSA", "/O=%s/CN=%s RSA" % (name, name), "leaf",
                  "root")
        self.make("ec", "EC", "/CN=%s EC" % name, "leaf", "root")
        self.root = self.path("root.pem")

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *args):
        run = subprocess.run(("openssl",) + args, cwd=self.folder,
                             stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=60)
        assert run.returncode == 0, run.stderr.decode(errors="replace")
        return run.stdout

    def make(self, name, kind, subject, extensions, issuer):
        option = {"RSA": "rsa_keygen_bits:2048",
                  "EC": "ec_paramgen_curve:P-256"}[kind]
        self.openssl("genpkey", "-algorithm", kind, "-pkeyopt", option,
                     "-out", name + ".key")
        self.openssl("req", "-new", "-key", name + ".key", "-subj", subject,
                     "-out", name + ".csr")
        by = ["-CA", issuer + ".pem", "-CAkey", issuer + ".key",
              "-CAcreateserial"] if issuer else ["-signkey", name + ".key"]
        self.openssl("x509", "-req", "-in", name + ".csr", "-days", "2",
                     "-sha256", "-extfile", extensions + ".ext", "-out",
                     name + ".pem", *by)

    def host(self, name):
        """The path of a file with key and certificate, for TLS with the host
        or the peer of that name, on 127.0.0.1."""
        with open(self.path(name + ".ext"), "w") as f:
            f.write(EXTENSIONS["leaf"] + "extendedKeyUsage=serverAuth,"
                    "clientAuth\nsubjectAltName=DNS:%s,IP:127.0.0.1\n" % name)
        self.make(name, "EC", "/CN=" + name, name, "root")
        both = self.path(name + ".both.pem")
        with open(both, "w") as out:
            for part in (".key", ".pem"):
                with open(self.path(name + part)) as f:
                    out.write(f.read())
        return both

    def certificate(self, name):
        der = self.openssl("x509", "-in", name + ".pem", "-outform", "DER")
        return base64.b64encode(der).decode("ascii")

    def signed(self, vcon, name="rsa"):
        """The signed form of a vCon, as a Python object"""
        alg = {"rsa": "RS256", "ec": "ES256"}[name]
        payload = base64url(dump(vcon))
        protected = base64url(json.dumps({"alg": alg}).encode())
        with open(self.path("data"), "wb") as f:
            f.write((protected + "." + payload).encode("ascii"))
        signature = self.openssl("dgst", "-sha256", "-sign", name + ".key",
                                 "data")
        if name == "ec":
            signature = raw_of(signature)
        return {"payload": payload, "signatures": [{
            "protected": protected,
            "header": {"alg": alg, "x5c": [self.certificate(name)],
                       "uuid": vcon["uuid"]},
            "signature": base64url(signature)}]}


class Authority:
    """A root that signs certificates for TLS, in a folder."""

    def __init__(self, folder, name="Test"):
        self.folder = folder
        os.makedirs(folder)
        self.count = 0
        self.root = self.path("root.pem")
        self.issue("root", "/CN=%s TLS Root" % name, EXTENSIONS["ca"], None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *args):
        run = subprocess.run(("openssl",) + args, cwd=self.folder,
                             stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=60)
        assert run.returncode == 0, run.stderr.decode(errors="replace")
        return run.stdout

    def issue(self, name, subject, extensions, issuer="root", days=2):
        with open(self.path(name + ".ext"), "w") as f:
            f.write(extensions)
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-out", name + ".key")
        self.openssl("req", "-new", "-key", name + ".key", "-subj", subject,
                     "-out", name + ".csr")
        by = ["-CA", issuer + ".pem", "-CAkey", issuer + ".key",
              "-CAcreateserial"] if issuer else ["-signkey", name + ".key"]
        self.openssl("x509", "-req", "-in", name + ".csr", "-days",
                     str(days), "-sha256", "-extfile", name + ".ext",
                     "-out", name + ".pem", *by)

    def certificate(self, names=(), common="peer", usage="clientAuth",
                    days=2):
        """A file with a certificate and its key; names as DNS:x, URI:x"""
        self.count += 1
        name = "cert%d" % self.count
        text = "basicConstraints=CA:FALSE\n"
        if usage:
            text += "extendedKeyUsage=%s\n" % usage
        if names:
            text += "subjectAltName=%s\n" % ",".join(names)
        self.issue(name, "/CN=" + common, text, days=days)
        path = self.path(name + ".both")
        with open(path, "wb") as out:
            for part in (".pem", ".key"):
                with open(self.path(name + part), "rb") as f:
                    out.write(f.read())
        return path
