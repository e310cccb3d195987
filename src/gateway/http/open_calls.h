#pragma once

#include <functional>

#include "access/principal.h"
#include "net/loop/abort.h"
#include "net/loop/link.h"

namespace openclaw::gateway {

class OpenCall;

// The requests that are being answered and who has asked for each, so that they can be ended when the proof
// that opened them lets nobody in any more.
class OpenCalls {
public:
    void withdraw_where(const std::function<bool(const access::Principal&)>& unwanted);

private:
    friend class OpenCall;
    net::List<OpenCall> calls_;
};

// One of them, for as long as it exists.
class OpenCall final : public net::Link {
public:
    OpenCall(OpenCalls& calls, access::Principal principal) : principal_(std::move(principal)) {
        calls.calls_.push_back(*this);
    }
    const access::Principal& principal() const { return principal_; }
    // Requested when the caller is no longer somebody who would be let in: nothing more is told to him.
    const net::Abort& withdrawn() const { return withdrawn_; }

private:
    friend class OpenCalls;
    access::Principal principal_;
    net::Abort withdrawn_;
};

}  // namespace openclaw::gateway
