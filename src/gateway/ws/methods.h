#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "gateway/core.h"
#include "gateway/ws/params.h"

namespace openclaw::gateway {

// One request of a client that has proven itself. A cheap handle, passed by value into coroutines.
struct Call {
    Core& core;
    std::shared_ptr<Client> client;
    RequestFrame request;

    Params params() const { return Params(request.method, request.params); }
    bool newest_protocol() const { return client->protocol() >= 4; }
};

using Reply = WireResult<json::value>;
using Answer = Reply (*)(Call& call);                 // answers at once
using AnswerLater = net::Task<Reply> (*)(Call call);  // takes its time

// A method that clients may call: its name, what it takes, and who answers. Exactly one of the two is set.
struct Method {
    std::string_view name;
    access::Scope needed = access::Scope::admin;
    Answer answer = nullptr;
    AnswerLater answer_later = nullptr;
    bool advertised = true;
};

// Every method, in the order in which hello-ok lists them (methods.cpp).
std::span<const Method> all_methods();
const Method* find_method(std::string_view name);
std::span<const std::string_view> all_events();

// Whether this client may call that method: scopes first, existence second, so that a name can't be probed
// without admin. Null with an error to send.
WireResult<const Method*> permitted_method(const Client& client, std::string_view name);

}  // namespace openclaw::gateway
