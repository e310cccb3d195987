#include <unistd.h>

#include "gateway/gateway.h"
#include "gateway/service_notice.h"
#include "net/loop/signals.h"

namespace openclaw::gateway {

namespace {

std::string_view name_of(net::Signal signal) {
    switch (signal) {
        case net::Signal::hangup:
            return "SIGHUP";
        case net::Signal::interrupt:
            return "SIGINT";
        case net::Signal::terminate:
            return "SIGTERM";
        case net::Signal::user1:
            return "SIGUSR1";
    }
    return "signal";
}

// What signals do to the gateway: they are few, and the second one means it.
class SignalActions {
public:
    SignalActions(Log& log, std::function<void()> reopen_log, std::function<void(std::string_view)> notify)
        : log_(log), reopen_log_(std::move(reopen_log)), notify_(std::move(notify)) {}

    void act(net::Signal signal) {
        if (signal == net::Signal::hangup) reopen_log_();
        log_.info("gateway", "signal {} received", name_of(signal));
        if (!gateway) return;
        if (signal == net::Signal::hangup || signal == net::Signal::user1) {
            notify_("RELOADING=1");
            gateway->reload([notify = notify_] { notify("READY=1"); });
            return;
        }
        if (std::exchange(stopping_, true)) {
            log_.warn("gateway", "second {}: ending at once", name_of(signal));
            _exit(signal == net::Signal::interrupt ? 130 : 143);
        }
        notify_("STOPPING=1");
        gateway->stop();
    }

    Gateway* gateway = nullptr;

private:
    Log& log_;
    std::function<void()> reopen_log_;
    std::function<void(std::string_view)> notify_;
    bool stopping_ = false;
};

}  // namespace

Result<void> run(Means means, Options options, std::function<void()> reopen_log) {
    auto& loop = means.loop;
    const std::string notify_socket = means.notify_socket;
    SignalActions actions(means.log, std::move(reopen_log),
                          [&](std::string_view state) { notify_service(notify_socket, state); });
    net::ignore_broken_pipes();
    const net::Signals signals(loop, [&](net::Signal signal) { actions.act(signal); });
    auto gateway = Gateway::open(std::move(means), std::move(options));
    if (!gateway) return std::unexpected(gateway.error());
    actions.gateway = gateway->get();
    notify_service(notify_socket, "READY=1");
    loop.run_until((*gateway)->serve());
    actions.gateway = nullptr;
    return {};
}

}  // namespace openclaw::gateway
