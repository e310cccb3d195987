#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "config/config.h"
#include "credentials/secret_sources.h"
#include "gateway/http/silence.h"
#include "gateway/serving/options.h"
#include "gateway/serving/serving.h"
#include "net/loop/loop.h"
#include "platform/file_system.h"
#include "providers/wire/provider.h"

namespace openclaw::gateway {

// What main.cpp hands the gateway; all of it outlives the gateway.
struct Means {
    net::Loop& loop;
    platform::FileSystem& files;
    const Clock& clock;
    Log& log;
    providers::Providers& providers;
    net::HttpClient* http;  // for issuers of logins; null: none is renewed
    ConfigLoader load_config;
    access::AuthoritiesOf authorities;
    access::OwnAuthorityReader own_authority;
    access::OwnCertificateReader own_certificate = {};  // shown where the config names none
    ConfigWriterMaker config_writer;
    std::string fingerprint_key;       // of this host and user
    std::string version;               // "2026.1.30"
    std::size_t descriptors;           // that this process may have open
    std::string notify_socket;         // NOTIFY_SOCKET, when a supervisor has set it
    credentials::SourceMeans sources;  // for secrets that stand in files and behind commands
    Silence silence = {};              // of streamed answers
};

// The daemon: one per state directory. Lives on the loop's thread.
class Gateway {
public:
    // Loads the config, takes the lock of the state directory, binds port and admin socket; afterwards it
    // answers. Errors: `busy` (another gateway, naming its pid; or the port is taken by something else),
    // `invalid_input` (config, flags), `denied` (it would be open to others without a secret).
    static Result<std::unique_ptr<Gateway>> open(Means means, Options options);
    ~Gateway();

    net::Task<void> serve();  // until it has stopped: running turns drained, clients told, sockets closed
    void stop(Milliseconds drain = std::chrono::seconds(20));  // the second call does nothing
    // Reads the config again, as SIGHUP does; calls back when that is done.
    void reload(std::move_only_function<void()> then);
    std::uint16_t port() const;

    struct Impl;

private:
    explicit Gateway(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// `gateway run`: opens the gateway, runs the loop, and returns when it has ended. SIGTERM and SIGINT drain
// and end it (a second one at once), SIGHUP reloads and has the log reopened, files that change are read
// again; a supervisor is told through NOTIFY_SOCKET. Call it before other threads exist: it blocks these
// signals in the process.
Result<void> run(Means means, Options options, std::function<void()> reopen_log);

}  // namespace openclaw::gateway
