"""What each SIP test gets: a phone, peers, SIPp, and logs when it fails."""

import os
import re
import shutil
import zlib

import pytest

import harness
import peer as peer_module


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        item.failed = True
        folder = getattr(item, "log_folder", None)
        if folder:
            report.sections.append(("kept log", folder))
            item.user_properties.append(("kept_log", folder))
            if report.when == "teardown":
                report.user_properties.append(("kept_log", folder))


class Bench:
    """All that one test starts, and its folder of logs."""

    def __init__(self, folder):
        self.folder = folder
        self.phones = []
        self.peers = []
        self.others = []
        self.before = []      # what is done before the phones are ended

    def phone(self, *config, **options):
        """Starts a phone; config are (key, value) pairs."""
        folder = os.path.join(self.folder, "phone%d" % len(self.phones))
        phone = harness.Phone(folder, config, **options)
        self.phones.append(phone)
        return phone.start()

    def peer(self, phone, **options):
        peer = peer_module.Peer(phone, **options)
        self.peers.append(peer)
        return peer

    def sipp(self, phone, scenario, **options):
        sipp = harness.Sipp(phone, scenario, self.folder, **options)
        self.others.append(sipp)
        return sipp

    def sim(self, phone, *options, **more):
        sim = harness.Sim(phone, self.folder, *options, **more)
        self.others.append(sim)
        return sim

    def finish(self):
        """The phones first: the others answer their BYE."""
        wrong = []
        for step in self.before:
            step()
        for phone in self.phones:
            wrong += phone.stop()
        for other in self.others:
            other.stop()
        for peer in self.peers:
            peer.close()
            wrong += peer.malformed[:1]
        return wrong


@pytest.fixture
def bench(request):
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", request.node.name)
    # The host keeps little of a path, in places
    if len(name) > 48:
        name = "%s-%08x" % (name[:39], zlib.crc32(name.encode()))
    folder = os.path.join(harness.LOGS, "sip", "%s.%s" % (
        request.node.path.stem, name))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    request.node.log_folder = folder
    made = Bench(folder)
    yield made
    wrong = made.finish()
    if not wrong and not getattr(request.node, "failed", False):
        shutil.rmtree(folder, ignore_errors=True)
    assert not wrong, "; ".join(wrong)


@pytest.fixture
def phone(bench):
    """A phone with the defaults."""
    return bench.phone()


@pytest.fixture
def ai(bench, phone):
    """The AI's side of the wire, over UDP."""
    return bench.peer(phone)
