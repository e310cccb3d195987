#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/loop/loop.h"
#include "net/loop/timer.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// Idle HTTP/1.1 connections by the way they took (see Route::key). The most recently used one goes out
// first, so that the others grow old; past their age they are closed without anybody asking.
class ConnectionPool final : private Timer {
public:
    static constexpr std::size_t per_route_max = 8;
    static constexpr Milliseconds idle_max = std::chrono::seconds(60);

    explicit ConnectionPool(Loop& loop) : loop_(loop) {}
    std::unique_ptr<Stream> take(const std::string& route);  // null when there is none
    void give_back(const std::string& route, std::unique_ptr<Stream> stream);
    std::size_t size() const;

private:
    struct Idle {
        std::unique_ptr<Stream> stream;
        SteadyTime since;
    };
    void expired() override;
    void arm();

    Loop& loop_;
    std::map<std::string, std::vector<Idle>, std::less<>> routes_;  // each the oldest first
};

}  // namespace openclaw::net
