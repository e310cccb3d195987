#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "platform/environment.h"
#include "platform/file_system.h"
#include "platform/process.h"
#include "platform/terminal.h"

namespace openclaw::cli {

// Exit statuses; docs/exit-codes.md explains them. 1 and 2 are the reference's.
enum class Exit : int {
    ok = 0,
    error = 1,        // invalid input, unknown names, invalid config, a failed check
    attention = 2,    // `models status --check`: something expires soon; a bad --profile
    denied = 3,       // a credential or a permission was refused
    unavailable = 4,  // gateway or provider can't be reached, or timed out
    busy = 5,         // a lock, a port or another gateway is in the way
    corrupt = 6,      // a damaged file; nothing was changed
    no_space = 7,     // disk full or read-only; nothing was changed
    cancelled = 130,
};
Exit exit_of(Code code);  // the one place that maps errors to statuses

enum class OptionKind { flag, text, repeated };

struct Option {
    std::string_view name;        // "--agent"
    std::string_view value_name;  // "ID"; empty for a flag
    std::string_view help;
    OptionKind kind = OptionKind::text;
    std::string_view short_name = {};  // "-m"
    std::string_view completes =
        {};  // "agent", "provider", "profile", "model", "file": what the shell offers
    bool required = false;
    bool secret = false;  // works, is wiped from the process list, and warns what to use instead
    bool hidden = false;
};

// The parsed command line of one command.
class Arguments {
public:
    bool has(std::string_view option) const;
    std::optional<std::string> text(std::string_view option) const;  // the last one given
    std::vector<std::string> all(std::string_view option) const;     // repeated
    const std::vector<std::string>& positional() const { return positional_; }

    std::map<std::string, std::vector<std::string>, std::less<>> options_;
    std::vector<std::string> positional_;
};

// Standard output holds the result, with --json nothing else; everything else goes to standard error.
class Output {
public:
    virtual ~Output() = default;
    virtual void line(std::string_view text) = 0;     // stdout
    virtual void text(std::string_view text) = 0;     // stdout, no line break
    virtual void json(const json::value& value) = 0;  // stdout, indented by 2
    virtual void note(std::string_view text) = 0;     // stderr
    virtual void error(const Error& error) = 0;       // stderr: "error: …" and "hint: …"
    virtual void flush() = 0;
};

// What a command may touch; built by main.cpp, replaced by fakes in tests.
struct Context {
    platform::FileSystem& files;
    platform::Processes& processes;
    platform::Terminal& terminal;
    const Clock& clock;
    Output& out;
    const platform::Variables& variables;  // the process's own
    config::Paths paths;
    std::string fingerprint_key;  // of this host and user
    // Loaded on first use, once; an invalid config is an error that names the first problem.
    Result<std::shared_ptr<const config::Config>> config();
    // The same, but what can be read of an invalid config too (doctor, config file, config validate).
    Result<std::shared_ptr<const config::Config>> config_with_problems();

    std::shared_ptr<const config::Config> loaded;
};

struct Command {
    std::string_view name;       // "models auth order set"
    std::string_view summary;    // "Choose the order in which a provider's profiles are tried"
    std::string_view arguments;  // "PROFILE..." for the usage line; "" when none
    std::span<const Option> options;
    std::string_view example;  // a full command line that works
    Exit (*run)(Context& context, const Arguments& arguments) = nullptr;
    std::size_t arguments_min = 0, arguments_max = 0;
    std::string_view group = {};  // heading in `openclaw help`
    bool hidden = false;
    std::string_view completes = {};  // what positional arguments complete to: "model", "profile", ...
    std::string_view details = {};    // more text for --help
};

// Prints the error and gives its exit status: `return report(context, error);`
Exit report(Context& context, const Error& error);

// Every command, in the order in which help shows them (command_table.cpp).
std::span<const Command* const> all_commands();

}  // namespace openclaw::cli
