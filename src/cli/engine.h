#pragma once

#include <memory>

#include "base/log.h"
#include "cli/command.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "providers/provider.h"

namespace openclaw::cli {

// What a turn needs of the network, for the gateway and for commands with --local.
struct Engine {
    net::Loop loop;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<providers::Providers> providers;
};
// Proxies and trusted certificates come from the environment that the config was loaded with.
Result<std::unique_ptr<Engine>> build_engine(const Context& context, const config::Config& config);

// Warnings and errors as remarks to the person; the rest is dropped.
class NoteLog final : public Log {
public:
    explicit NoteLog(Output& out) : out_(out) {}
    void write(LogLevel level, std::string_view subsystem, std::string_view message) override;

private:
    Output& out_;
};

}  // namespace openclaw::cli
