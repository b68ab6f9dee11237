"""What the person hears: see ear.c, of which each player has a file."""

import array
import glob
import os
import re

PERSON = 440               # Hz, what the person says


class Ears:
    """Those of one phone; folder is where it was started."""

    def __init__(self, folder):
        self.folder = folder

    @staticmethod
    def config():
        """Lines of a phone's configuration."""
        return [("module", "ear.so"),
                ("audio_source", "mouth,%d" % PERSON),
                ("audio_player", "ear,."),
                ("audio_alert", "ear,.")]

    def _files(self):
        return glob.glob(os.path.join(self.folder, "ear-*.raw"))

    def mark(self):
        """From here on, for since()."""
        return {path: os.path.getsize(path) for path in self._files()}

    def parts(self, mark):
        """[(rate, samples)] of each player, from the mark on."""
        out = []
        for path in self._files():
            with open(path, "rb") as f:
                f.seek(mark.get(path, 0))
                data = f.read()
            out.append((int(re.search(r"-(\d+)\.raw", path).group(1)),
                        array.array("h", data[:len(data) & ~1])))
        return out

    def since(self, mark):
        """(rate, samples): all players added up from the mark on, at the rate
        that most have."""
        rate, out = 8000, []
        for own, samples in self.parts(mark):
            samples = samples[::own // rate]
            if len(samples) > len(out):
                out += [0] * (len(samples) - len(out))
            for n, sample in enumerate(samples):
                out[n] += sample
        return rate, out
