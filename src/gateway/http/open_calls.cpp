#include "gateway/http/open_calls.h"

namespace openclaw::gateway {

void OpenCalls::withdraw_where(const std::function<bool(const access::Principal&)>& unwanted) {
    net::List<OpenCall> all;
    all.splice(calls_);
    while (auto* call = all.pop_front()) {
        calls_.push_back(*call);
        if (unwanted(call->principal())) call->withdrawn().request();
    }
}

}  // namespace openclaw::gateway
