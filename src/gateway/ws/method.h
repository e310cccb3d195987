#pragma once

#include <span>
#include <string_view>

#include "access/permit.h"
#include "gateway/protocol/frames.h"
#include "gateway/ws/client.h"
#include "net/loop/task.h"

namespace openclaw::gateway {

struct Call;
using Reply = WireResult<json::value>;
using Handler = Reply (*)(Call& call);                // replies at once
using TaskHandler = net::Task<Reply> (*)(Call call);  // takes its time

// A method that clients may call: its name, what it takes, and who serves it. Exactly one of the two is set.
struct Method {
    std::string_view name;
    access::Needs needed;
    Handler handler = nullptr;
    TaskHandler task_handler = nullptr;
    bool advertised = true;
    access::Restricted restricted = access::Restricted::refused;
};

// A method of the reference that isn't offered here, what it takes there, and what to do instead.
struct Absent {
    std::string_view name;
    access::Needs needed;
    std::string_view instead;
};

// An event that clients are told, and what it takes to be told of it.
struct Event {
    std::string_view name;
    access::Needs needed;
};

// What websockets offer (methods/table.cpp).
struct Offer {
    std::span<const Method> methods;  // in the order in which hello-ok lists them
    std::span<const Event> events;
    std::span<const Absent> absent;
};

// Whether this client may call it, by its scopes and its limits.
access::Permit permit(const Client& client, const Method& method);

// Whether this client may call that method: scopes first, existence second, so that a name can't be probed
// without admin. Never null; else an error to send.
WireResult<const Method*> permitted_method(const Client& client, const Offer& offer, std::string_view name);

}  // namespace openclaw::gateway
