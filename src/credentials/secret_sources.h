#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "auth/sources/held_references.h"
#include "base/clock.h"
#include "base/redact.h"
#include "net/loop/abort.h"
#include "net/loop/loop.h"
#include "platform/file_system.h"
#include "platform/process.h"

namespace openclaw::credentials {

// What asking sources needs of the program.
struct SourceMeans {
    platform::Processes* processes;  // null: nothing is asked
    std::uint32_t user_id;
    std::function<double()> random;  // in [0, 1); empty: always the middle
    SecretsHeld on_secrets;          // hears each value before anybody uses it; empty: nobody does
};

// The sources of secrets as turns need them: asked on threads of their own, several at once, and each
// question once for all turns that wait for it. Lives on the loop's thread.
class SecretSources {
public:
    SecretSources(net::Loop& loop, platform::FileSystem& files, const Clock& clock, SourceMeans means,
                  Milliseconds retry_pause);
    ~SecretSources();  // ends commands that run
    SecretSources(const SecretSources&) = delete;
    SecretSources& operator=(const SecretSources&) = delete;

    using ConfigPointer = std::shared_ptr<const config::Config>;
    // Asks what must be asked for these and waits for it, at most as long as the sources themselves may take.
    // What fails once without a value is tried once more after a jittered pause.
    net::Task<void> prepare(std::vector<auth::HeldReference> wanted, ConfigPointer config, net::Abort abort);
    // The provider refused what this one gave: it is asked again. False when that was done a moment ago.
    net::Task<bool> ask_again(auth::HeldReference held, ConfigPointer config, net::Abort abort);

    // Everything that is known. The same pointer until something changes.
    std::shared_ptr<const auth::SourceValues> values();

private:
    struct State;
    bool ask(const std::vector<auth::HeldReference>& wanted, const ConfigPointer& config);
    net::Task<void> wait(const std::vector<auth::HeldReference>& wanted, net::Abort abort);

    net::Loop& loop_;
    Milliseconds retry_pause_;
    std::function<double()> random_;
    std::shared_ptr<State> state_;
};

}  // namespace openclaw::credentials
