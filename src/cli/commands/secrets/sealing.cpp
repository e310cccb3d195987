#include "cli/commands/secrets/sealing.h"

#include "base/random.h"
#include "base/text.h"
#include "store/replace_file.h"

namespace openclaw::cli {

namespace {

using auth::sealed::Method;
using auth::sealed::Protection;
using auth::sealed::Protector;
using platform::Path;

constexpr std::size_t passphrase_bytes_max = 4096;

std::vector<Path> config_files(const config::Config& config) {
    return config.exists() ? config.files() : std::vector<Path>();
}

Result<Method> method_of(const Arguments& arguments, const Sealing& sealing) {
    if (const auto typed = arguments.text("--key")) return auth::sealed::parse_method(*typed);
    if (arguments.has("--key-file")) return Method::file;
    if (arguments.has("--passphrase-file")) return Method::passphrase;
    if (sealing.keys.places().credential) return Method::systemd;
    return hinted(
        fail(Code::invalid_input, "say where the key is kept that protects everything"),
        "a file elsewhere: `openclaw secrets seal --key-file /etc/openclaw/sealing.key --create`; or "
        "--key systemd, keyring or passphrase");
}

Path typed_path(const Context& context, std::string_view text) {
    std::error_code no_folder;
    return config::expanded(text, context.paths.home, std::filesystem::current_path(no_folder));
}

bool is_inside(const Path& path, const Path& folder) {
    const auto relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

// The key must not lie with what it protects: whoever copies the folder would have both.
Result<Path> checked_key_file(Context& context, const Arguments& arguments) {
    const auto typed = arguments.text("--key-file");
    if (!typed || trimmed(*typed).empty())
        return hinted(fail(Code::invalid_input, "--key file needs --key-file PATH"),
                      "name a file outside of the state directory");
    const auto path = typed_path(context, *typed);
    const auto folder = context.files.real_path(path.parent_path());
    const auto real = folder ? *folder / path.filename() : path;
    for (const auto& ours : {context.paths.state, context.paths.credentials_folder()}) {
        const auto real_ours = context.files.real_path(ours).value_or(ours);
        if (is_inside(real, real_ours) || is_inside(path, ours))
            return hinted(fail(Code::invalid_input,
                               "{} lies inside the state directory, which it is to protect", path.string()),
                          "keep the key on another path, better on another disk");
    }
    return real;
}

Result<void> make_key_file(Context& context, const Path& path) {
    if (auto made = platform::make_folders(context.files, path.parent_path(), 0700); !made) return made;
    if (auto synced = context.files.sync_folder(path.parent_path().parent_path()); !synced) return synced;
    const auto material = auth::sealed::new_material();
    std::string text = fmt::format("{}\n", material.reveal());
    auto written = store::replace_file(context.files, path, text);
    wipe(text);
    return written;
}

Result<Protection> file_protection(Context& context, const Arguments& arguments) {
    const auto path = checked_key_file(context, arguments);
    if (!path) return std::unexpected(path.error());
    if (!platform::exists(context.files, *path)) {
        if (!arguments.has("--create"))
            return hinted(fail(Code::not_found, "there is no key file {}", path->string()),
                          "add --create to make one");
        if (auto made = make_key_file(context, *path); !made)
            return failed(std::move(made).error(), "making the key file");
        context.out.note(
            fmt::format("Made the key file {}. Keep a copy of it in a safe place: without it "
                        "nothing sealed can be opened.",
                        path->string()));
    }
    return Protection{.method = Method::file, .key_file = path->string()};
}

Result<Secret> ask_passphrase_twice(Context& context) {
    if (!context.terminal.input_is_terminal())
        return hinted(fail(Code::invalid_input, "a passphrase is asked for at a terminal only"),
                      "pass it with --passphrase-file, or with --passphrase-file - from a pipe");
    auto first = context.terminal.ask_secret("New passphrase: ");
    if (!first) return first;
    const auto second = context.terminal.ask_secret("The same again: ");
    if (!second) return second;
    if (!(*first == *second))
        return fail(Code::invalid_input, "the two passphrases differ; nothing was changed");
    return first;
}

Result<Secret> new_passphrase(Context& context, const Arguments& arguments, const Sealing& sealing) {
    if (const auto file = arguments.text("--passphrase-file")) return read_passphrase(context, *file);
    const auto present = platform::exists(context.files, sealing.keys.path());
    if (!present && sealing.keys.places().passphrase) return *sealing.keys.places().passphrase;
    return ask_passphrase_twice(context);
}

Result<Protection> keyring_protection(auth::sealed::KeyRing& ring, const config::Paths& paths) {
    Protection protection{.method = Method::keyring, .entry = random_hex(16)};
    const auto keyring = platform::system_keyring();
    auto put = keyring->put(protection.entry, "openclaw sealing key of " + paths.state.string(),
                            auth::sealed::new_material());
    if (!put) return failed(std::move(put).error(), "keeping the key in the desktop keyring");
    const auto found = keyring->find(protection.entry);
    if (!found) return failed(found.error(), "reading the key back from the desktop keyring");
    ring.offer(Method::keyring, *found);
    return protection;
}

// What opens the present key, where it isn't found by itself: a passphrase from a file or a person, or a key
// file that was moved or that systemd hands on to the service only.
Result<void> offer_present_key(Context& context, const Arguments& arguments, Sealing& sealing,
                               const PresentKey& present) {
    const auto keys = sealing.keys.document();
    if (!keys || !*keys) return {};
    const auto method = (*keys)->find_current()->wraps.back().protection.method;
    if (method != Method::passphrase) {
        const auto file = arguments.text(present.key_file);
        auto material =
            file ? auth::sealed::read_key_file(context.files, typed_path(context, *file), context.user_id)
                 : Secret();
        if (!material) return std::unexpected(std::move(material).error());
        if (file) sealing.keys.offer(method, std::move(*material));
        return {};
    }
    const auto file = arguments.text(present.passphrase_file);
    if (!file && (sealing.keys.places().passphrase || !present.ask || !context.terminal.input_is_terminal()))
        return {};
    auto passphrase = file ? read_passphrase(context, *file) : context.terminal.ask_secret("Passphrase: ");
    if (!passphrase) return std::unexpected(std::move(passphrase).error());
    sealing.keys.offer(Method::passphrase, std::move(*passphrase));
    return {};
}

json::array holders_json(const std::vector<auth::RefHolder>& holders) {
    json::array list;
    for (const auto& holder : holders)
        list.push_back(json::object{{"profileId", holder.record}, {"field", holder.field}});
    return list;
}

json::array paths_json(const std::vector<Path>& paths) {
    json::array list;
    for (const auto& path : paths) list.emplace_back(path.string());
    return list;
}

std::string name_of_holder(const auth::RefHolder& holder) {
    return holder.record.empty() ? holder.field : fmt::format("{} ({})", holder.record, holder.field);
}

json::object outcome_json(const auth::sealed::Outcome& outcome) {
    json::array files;
    for (const auto& file : outcome.files) {
        json::array left;
        for (const auto& [holder, why] : file.tally.left)
            left.push_back(
                json::object{{"profileId", holder.record}, {"field", holder.field}, {"reason", why}});
        files.push_back(json::object{{"file", file.file.string()},
                                     {"changed", holders_json(file.tally.changed)},
                                     {"left", std::move(left)}});
    }
    return {{"finished", outcome.finished},
            {"resumed", outcome.resumed},
            {"files", std::move(files)},
            {"removed", paths_json(outcome.removed)},
            {"cleaned", paths_json(outcome.cleaned)},
            {"kept", paths_json(outcome.kept)}};
}

void print_outcome(Context& context, const auth::sealed::Outcome& outcome, std::string_view verb) {
    Output& out = context.out;
    const auto& paths = context.paths;
    if (outcome.resumed) out.note("An interrupted re-key was found; this brought it to its end.");
    for (const auto& file : outcome.files)
        if (!file.tally.changed.empty())
            out.line(fmt::format("{}: {} {}", paths.shortened(file.file), file.tally.changed.size(), verb));
    for (const auto& path : outcome.removed)
        out.line(fmt::format("{}: removed; it held a secret in plain", paths.shortened(path)));
    for (const auto& path : outcome.cleaned)
        out.line(fmt::format("{}: rewritten without the secrets", paths.shortened(path)));
    for (const auto& path : outcome.kept)
        out.note(fmt::format(
            "warning: {} still holds a secret in plain; {}", paths.shortened(path),
            outcome.purged ? "it is sealed nowhere: take it over with `openclaw migrate`, or remove the file"
                           : "`openclaw secrets seal --purge-legacy` removes it"));
    for (const auto& file : outcome.files)
        for (const auto& [holder, why] : file.tally.left)
            out.note(fmt::format("warning: {} in {} was left as it is: {}", printable(name_of_holder(holder)),
                                 paths.shortened(file.file), why));
}

}  // namespace

Sealing::Sealing(Context& context, std::shared_ptr<const config::Config> loaded)
    : config(std::move(loaded)),
      writer(context.config_writer().without_sealing()),
      keys(context.files, auth::sealed::places_of(*config)),
      estate{.files = context.files,
             .agents = auth::sealed::agent_folders(context.files, *config),
             .config_files = config_files(*config),
             .writer = writer,
             .keys = keys,
             .now = context.clock.now(),
             .state = config->paths().state} {}

Result<std::unique_ptr<Sealing>> open_sealing(Context& context, const Arguments& arguments,
                                              const PresentKey& present) {
    auto config = context.config();
    if (!config) return std::unexpected(std::move(config).error());
    auto sealing = std::make_unique<Sealing>(context, std::move(*config));
    if (auto offered = offer_present_key(context, arguments, *sealing, present); !offered)
        return std::unexpected(std::move(offered).error());
    return sealing;
}

Result<void> confirm(Context& context, const Arguments& arguments, std::string_view what,
                     const std::string& question) {
    if (arguments.has("--yes")) return {};
    if (!context.terminal.input_is_terminal())
        return hinted(fail(Code::invalid_input, "{}", what), "add --yes if that is meant");
    const auto answer = context.terminal.ask_line(question + " [y/N] ");
    if (!answer) return std::unexpected(answer.error());
    if (lowered(trimmed(*answer)) == "y" || lowered(trimmed(*answer)) == "yes") return {};
    return fail(Code::cancelled, "nothing was changed");
}

bool names_protector(const Arguments& arguments) {
    return arguments.has("--key") || arguments.has("--key-file") || arguments.has("--passphrase-file");
}

Result<Secret> read_passphrase(Context& context, const std::string& file) {
    if (file == "-") {
        auto input = context.terminal.read_input(passphrase_bytes_max);
        if (!input) return failed(std::move(input).error(), "reading the passphrase");
        return input->trimmed();
    }
    auto text = context.files.read(file, passphrase_bytes_max);
    if (!text) return failed(std::move(text).error(), "reading the passphrase");
    return Secret(std::move(*text)).trimmed();
}

// With a ring of its own: an old passphrase must not pass for the new one.
Result<Protector> new_protector(Context& context, const Arguments& arguments, Sealing& sealing) {
    const auto method = method_of(arguments, sealing);
    if (!method) return std::unexpected(method.error());
    auth::sealed::KeyRing ring(context.files, sealing.keys.places());
    std::optional<Secret> material;
    Result<Protection> protection = Protection{.method = *method};
    switch (*method) {
        case Method::file:
            protection = file_protection(context, arguments);
            break;
        case Method::systemd:
            if (const auto file = arguments.text("--key-file")) {
                auto read =
                    auth::sealed::read_key_file(context.files, typed_path(context, *file), context.user_id);
                if (!read) return std::unexpected(std::move(read).error());
                material = std::move(*read);
                ring.offer(Method::systemd, *material);
            }
            break;
        case Method::keyring:
            protection = keyring_protection(ring, context.paths);
            break;
        case Method::passphrase: {
            auto passphrase = new_passphrase(context, arguments, sealing);
            if (!passphrase) return std::unexpected(std::move(passphrase).error());
            material = std::move(*passphrase);
            ring.offer(Method::passphrase, *material);
            protection->salt = auth::sealed::new_salt();
            protection->cost = auth::sealed::calibrated_cost(context.clock);
            break;
        }
    }
    if (!protection) return std::unexpected(protection.error());
    auto key = ring.protecting_key(*protection);
    if (!key) return std::unexpected(std::move(key).error());
    // The first key is also the present one, and was typed for both.
    if (material && !platform::exists(context.files, sealing.keys.path()))
        sealing.keys.offer(*method, std::move(*material));
    return Protector{std::move(*protection), std::move(*key)};
}

Exit tell_outcome(Context& context, const auth::sealed::Outcome& outcome, std::string_view verb,
                  bool as_json) {
    if (as_json)
        context.out.json(outcome_json(outcome));
    else
        print_outcome(context, outcome, verb);
    return outcome.left_any() || !outcome.finished ? Exit::error : Exit::ok;
}

}  // namespace openclaw::cli
