#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "gateway/ws/hub.h"

namespace openclaw::gateway {

// Who asked for a run, so that its events carry the session key as the requester wrote it.
struct Requester {
    std::string connection;  // or empty
    std::string typed_key;
};

// Tells the clients what happens to runs that they may follow: `agent` events with the run's own numbering,
// and `chat` events with the whole text so far, at most one delta per 150 ms and run. What is held back is
// told when its time comes; nothing is told, or formatted, while nobody is connected.
class RunFeed {
public:
    RunFeed(net::Loop& loop, const Clock& clock, net::TaskGroup& tasks, Hub& hub, chat::Chat& chat);

    // Call before the run starts; forgotten with the run's end.
    void expect(const std::string& run_id, Requester requester);
    void forget(const std::string& run_id);
    // Called once, after the clients have been told of the run's end. Several may wait.
    void on_end(const std::string& run_id, std::function<void()> callback);

private:
    struct Progress {
        Requester requester;
        std::optional<chat::RunOrigin> origin;
        std::int64_t seq = 0;
        std::string text;
        std::size_t told_bytes = 0;
        std::optional<std::chrono::steady_clock::time_point> told_at;
        bool telling_later = false;
        std::vector<std::function<void()>> at_end;
    };
    void receive(const chat::RunEvent& event);
    void tell_delta(const std::string& run_id, const std::string& key, Progress& run);
    void tell_end(const std::string& run_id, const std::string& key, const chat::RunEvent& event,
                  Progress& run);
    void tell_agent(const std::string& run_id, const std::string& key, Progress& run, std::string_view stream,
                    json::object data, TimePoint at, Delivery delivery);
    // `fresh`: the new part of a delta, for clients that have agreed on protocol 4; others know no such
    // member.
    void tell(std::string_view name, const std::string& key, const Progress& run, json::object payload,
              Delivery delivery, std::optional<std::string_view> fresh = {});
    net::Task<void> tell_later(std::string run_id, std::string key, Milliseconds wait);

    net::Loop& loop_;
    const Clock& clock_;
    net::TaskGroup& tasks_;
    Hub& hub_;
    std::map<std::string, Progress> runs_;
    std::shared_ptr<chat::Chat::Subscription> subscription_;
};

json::object assistant_message(std::string_view text, TimePoint time);

}  // namespace openclaw::gateway
