"""The harness itself, on the host alone: if these fail, look here first."""



def test_plain_host_takes_a_call(bench):
    phone = bench.phone(modules=())
    peer = bench.peer(phone)
    call = peer.call(user="caller").invite()
    call.wait_code(180)
    phone.wait_host_event("CALL_INCOMING")
    ok, _ = phone.command("accept")
    assert ok
    call.wait_code(200)
    phone.wait_host_event("CALL_ESTABLISHED")
    cseq = call.bye()
    call.wait_code(200, method="BYE", cseq=cseq)
    phone.wait_host_event("CALL_CLOSED")


def test_plain_host_tcp(bench):
    phone = bench.phone(modules=())
    peer = bench.peer(phone, transport="tcp")
    call = peer.call(user="caller").invite()
    call.wait_code(180)
    call.cancel()
    call.wait_code(487)


def test_plain_host_answers_sipp(bench):
    phone = bench.phone(modules=())
    sipp = bench.sipp(phone, "plain", keys={"who": "caller"})
    phone.wait_host_event("CALL_INCOMING")
    phone.command("accept")
    sipp.wait()
