#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "auth/profiles/secret_ref.h"
#include "config/config.h"

namespace openclaw::auth {

// `secrets.providers.*` with `source: "env"`: variables of this program's environment.
struct EnvSource {
    std::optional<std::vector<std::string>> allowed = {};  // names; absent: all

    bool operator==(const EnvSource&) const = default;
};

// `source: "file"`: one file, a JSON document or a single value.
struct FileSource {
    platform::Path path = {};
    bool is_json = true;
    Milliseconds timeout = std::chrono::seconds(5);
    std::size_t bytes_max = 1u << 20;

    bool operator==(const FileSource&) const = default;
};

// `source: "exec"`: a program that is asked for values, by argument list and without a shell.
struct CommandSource {
    platform::Path command = {};
    std::vector<std::string> arguments = {};
    std::map<std::string, Secret> variables = {};  // its whole environment
    Milliseconds timeout = std::chrono::seconds(5), silence_max = std::chrono::seconds(5);
    std::size_t output_bytes_max = 1u << 20;
    bool json_only = true;  // false: what it prints for a single id may be the bare value
    bool links_allowed = false;
    std::vector<platform::Path> trusted_folders = {};  // the command must lie below one; empty: anywhere

    bool operator==(const CommandSource&) const = default;
};

using SourceProvider = std::variant<EnvSource, FileSource, CommandSource>;

// What `secrets.*` says about where references lead.
struct SourceSettings {
    std::map<std::string, SourceProvider, std::less<>> providers;
    std::map<SecretRef::Source, std::string> defaults;  // what "default" means for each kind
    std::size_t concurrency_max = 4;                    // sources asked at once
    std::size_t references_max = 512;                   // ids in one question
    std::size_t batch_bytes_max = 256u << 10;           // size of one question
    Milliseconds lifetime = std::chrono::minutes(5);    // of a value from a command

    static SourceSettings from(const config::Config& config);

    // The name under which a reference's source is configured: "default" resolved.
    std::string provider_of(const SecretRef& reference) const;
    // `denied` when none of that kind is configured, or when a variable is not on the source's list.
    Result<const SourceProvider*> find(const SecretRef& reference) const;
};

}  // namespace openclaw::auth
