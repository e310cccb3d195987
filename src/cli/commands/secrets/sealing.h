#pragma once

#include <memory>

#include "auth/estate/estate.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What the `secrets` commands work on, put together from the config.
struct Sealing {
    std::shared_ptr<const config::Config> config;
    config::ConfigWriter writer;
    auth::sealed::KeyRing keys;
    auth::sealed::Estate estate;

    Sealing(Context& context, std::shared_ptr<const config::Config> loaded);
    Sealing(const Sealing&) = delete;
    Sealing& operator=(const Sealing&) = delete;
};
// Which options say what opens the present key.
struct PresentKey {
    std::string_view key_file = "--key-file", passphrase_file = "--passphrase-file";
    bool ask = true;  // at a terminal, for a passphrase that stands nowhere
};
Result<std::unique_ptr<Sealing>> open_sealing(Context& context, const Arguments& arguments,
                                              const PresentKey& present = {});

// How a new key is to be protected: --key, --key-file, --passphrase-file, --create. Makes the key file or the
// keyring's entry where that is asked for. A passphrase is asked for twice.
Result<auth::sealed::Protector> new_protector(Context& context, const Arguments& arguments, Sealing& sealing);
bool names_protector(const Arguments& arguments);  // any of those options is there

// Whether the person means it: --yes, or an answer at a terminal. `what` is said where nobody can be asked.
Result<void> confirm(Context& context, const Arguments& arguments, std::string_view what,
                     const std::string& question);

// From a file, or from standard input for "-".
Result<Secret> read_passphrase(Context& context, const std::string& file);

// Prints what was done, what was left and why; `error` when something was left.
Exit tell_outcome(Context& context, const auth::sealed::Outcome& outcome, std::string_view verb,
                  bool as_json);

constexpr Option key_option{.name = "--key",
                            .value_name = "WHERE",
                            .help = "Where the key that protects everything is kept",
                            .values = "file|systemd|keyring|passphrase"};
constexpr Option key_file_option{
    .name = "--key-file",
    .value_name = "PATH",
    .help = "The key file; outside of the state directory, readable by its owner only",
    .completes = "file"};
constexpr Option yes_option{.name = "--yes", .help = "Don't ask", .kind = OptionKind::flag};
constexpr Option create_option{
    .name = "--create", .help = "Make the key file if there is none", .kind = OptionKind::flag};
constexpr Option passphrase_file_option{
    .name = "--passphrase-file",
    .value_name = "FILE",
    .help = "Read the passphrase from a file, or from standard input with -",
    .completes = "file"};

}  // namespace openclaw::cli
