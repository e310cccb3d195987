#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "cli/parser/command.h"
#include "credentials/secret_sources.h"
#include "net/client/http_client.h"
#include "net/loop/loop.h"
#include "providers/wire/provider.h"

namespace openclaw::cli {

// What a turn needs of the network, for the gateway and for commands with --local.
struct Engine {
    net::Loop loop;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<providers::Providers> providers;
};
// What asking sources of secrets takes.
credentials::SourceMeans source_parts(const Context& context);
// Proxies and trusted certificates come from the environment that the config was loaded with. A proxy that
// can't be used fails the requests that need it, and those alone.
std::unique_ptr<Engine> build_engine(const Context& context, const config::Config& config);

// Keeps warnings, for a person who may want to know how an answer came about; the rest is dropped, and what
// the reply itself tells (subsystem "chat").
class WarningLog final : public Log {
public:
    void write(LogLevel level, std::string_view subsystem, std::string_view message) override;
    std::vector<std::string> take() { return std::exchange(warnings_, {}); }

private:
    std::vector<std::string> warnings_;
};

}  // namespace openclaw::cli
