#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "cli/output/output.h"
#include "config/config.h"
#include "config/files/writer.h"
#include "platform/environment.h"
#include "platform/file_system.h"
#include "platform/process.h"
#include "platform/terminal.h"

namespace openclaw::cli {

// Exit statuses; exit.cpp explains each, docs/exit-codes.md is generated from there. 1 and 2 are the
// reference's.
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
    std::string_view name = {};        // "--agent"
    std::string_view value_name = {};  // "ID"; empty for a flag
    std::string_view help = {};
    OptionKind kind = OptionKind::text;
    std::string_view short_name = {};  // "-m"
    // "agent", "provider", "profile", "model", "alias", "file", or some values: "claude-code|codex"
    std::string_view completes = {};
    bool required = false;
    bool secret = false;             // works, is wiped from the process list, and warns what to use instead
    bool hidden = false;             // accepted for compatibility; in no help
    std::string_view values = {};    // "off|low|high": all there are; any other is an error
    std::string_view needs = {};     // the option without which this one has no effect: an error alone
    std::string_view excludes = {};  // the option beside which this one has no effect: an error together
};

// The parsed command line of one command.
class Arguments {
public:
    bool has(std::string_view option) const;
    std::optional<std::string> text(std::string_view option) const;  // the last one given
    std::vector<std::string> all(std::string_view option) const;     // repeated
    std::optional<Secret> secret(std::string_view option) const;     // of an option marked as secret
    // A whole number within bounds; anything else is `invalid_input` and names the option.
    Result<std::optional<std::int64_t>> integer(std::string_view option, std::int64_t minimum,
                                                std::int64_t maximum) const;
    const std::vector<std::string>& positional() const { return positional_; }

    std::map<std::string, std::vector<std::string>, std::less<>> options_;
    std::vector<std::string> positional_;
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
    std::uint32_t user_id;
    std::function<double()> random;  // in [0, 1)
    // Reads config and environment as the daemon does.
    std::function<std::shared_ptr<const config::Config>()> load_config;
    // What edits the config in place.
    std::function<config::ConfigWriter()> config_writer;
    // Loaded on first use, once; an invalid config is an error that names the first problem.
    Result<std::shared_ptr<const config::Config>> config();
    // The same, but what can be read of an invalid config too (doctor, config file, config validate).
    Result<std::shared_ptr<const config::Config>> config_with_problems();

    std::shared_ptr<const config::Config> loaded;
};

// Whether the audit log gets a line once the command has ended well: its name, and at most its first
// positional argument, where that names what it was about and is never a secret.
enum class Noted : std::uint8_t {
    no,
    yes,
    with_subject,  // with that argument, where it is given
    if_subject,    // the same; without it, the command only shows
};

// A command is one file under commands/ that defines one of these, and one line in command_table.cpp.
struct Command {
    std::string_view name = {};       // "models auth order set"
    std::string_view summary = {};    // "Choose the order in which a provider's profiles are tried"
    std::string_view arguments = {};  // "PROFILE..." for the usage line; "" when none
    std::span<const Option> options = {};
    std::string_view example = {};  // a full command line that works
    Exit (*run)(Context& context, const Arguments& arguments) = nullptr;
    std::size_t arguments_min = 0, arguments_max = 0;
    std::string_view group = {};  // heading in `openclaw help`, for a command of one word
    bool hidden = false;
    // What positional arguments complete to, as in Option; "alias model": each its own, the last repeats.
    std::string_view completes = {};
    std::string_view details = {};  // more text for --help
    Noted noted = Noted::no;        // for every command that changes who may do what, or a credential
};

// Headings of `openclaw help`.
namespace heading {
inline constexpr std::string_view talk = "Talk";
inline constexpr std::string_view credentials = "Models and credentials";
inline constexpr std::string_view gateway = "Gateway";
inline constexpr std::string_view settings = "Settings";
inline constexpr std::string_view program = "This program";
}  // namespace heading

// A word that commands start with: "models", "models auth".
struct Group {
    std::string_view name;
    std::string_view summary;
    std::string_view heading;  // in `openclaw help`; empty below the first level
};

// A command of the reference that this program doesn't have yet, and what to do meanwhile.
struct NotOffered {
    std::string_view name;       // "doctor", "gateway install"; goes for what is beneath it too
    std::string_view meanwhile;  // "run `openclaw config validate`"
};

struct CommandTable {
    std::span<const Command* const> commands;
    std::span<const Group> groups;
    std::span<const NotOffered> not_offered = {};
};

// Prints the error and gives its exit status: `return report(context, error);`
Exit report(Context& context, const Error& error);

// Every command, in the order in which help shows them (command_table.cpp).
std::span<const Command* const> all_commands();
CommandTable command_table();

}  // namespace openclaw::cli
