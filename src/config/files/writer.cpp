#include "config/files/writer.h"

#include <charconv>

#include "base/text.h"
#include "config/files/backups.h"
#include "config/files/document_files.h"
#include "config/files/returned.h"
#include "config/settings/guessable.h"
#include "config/settings/secrets.h"
#include "config/settings/validate.h"
#include "store/replace_file.h"

namespace openclaw::config {
namespace {

constexpr Milliseconds lock_wait = std::chrono::seconds(10);
constexpr std::size_t searched_max = 256;  // elements of a list whose order may have changed

std::optional<std::string> find_placeholder(const json::value& value, const std::string& path,
                                            bool is_secret) {
    if (const auto* object = value.if_object()) {
        for (const auto& [key, member] : *object) {
            const auto below = joined_path(path, std::string_view(key));
            if (auto found = find_placeholder(member, below, is_secret || is_secret_path(below, key)))
                return found;
        }
    } else if (const auto* array = value.if_array()) {
        for (std::size_t at = 0; at < array->size(); ++at)
            if (auto found = find_placeholder((*array)[at], joined_path(path, at), is_secret)) return found;
    } else if (const auto* text = value.if_string()) {
        if (is_shown_text(*text) || (is_secret && is_placeholder(*text))) return path;
    }
    return std::nullopt;
}

Result<void> refuse_placeholders(const std::vector<Edit>& edits) {
    for (const auto& edit : edits) {
        if (!edit.value) continue;
        const auto path = format_key_path(edit.path);
        const auto found = find_placeholder(*edit.value, path, is_secret_path(path, edit.path.back()));
        if (found)
            return hinted(
                fail(Code::invalid_input, "{}: what is shown in place of a secret is not the secret", *found),
                "leave the value out to keep it, or set the secret itself");
    }
    return {};
}

// A text of a list may have another place than the reference that it is the value of.
void restore_from_list(json::value& wanted, const json::array& old, const std::string& path,
                       const Config& current) {
    if (!wanted.is_string() || old.size() > searched_max) return;
    for (std::size_t at = 0; at < old.size(); ++at) {
        const auto* raw = old[at].if_string();
        if (!raw || !raw->subview().contains("${")) continue;
        if (current.text(joined_path(path, at)) == std::string_view(wanted.get_string())) {
            wanted = old[at];
            return;
        }
    }
}

// Puts references back where their resolved values stand in a value that is to be written: at the same place,
// and in a list of texts also where others came before it or went.
void restore_references(json::value& wanted, const json::value* old, const std::string& path,
                        const Config& current) {
    if (!old) return;
    if (wanted.is_string() && old->is_string()) {
        const bool repeated = old->get_string().subview().contains("${") &&
                              current.text(path) == std::string_view(wanted.get_string());
        if (repeated) wanted = *old;
    } else if (wanted.is_object() && old->is_object()) {
        for (auto& [key, member] : wanted.get_object())
            restore_references(member, value_at(old->get_object(), key),
                               joined_path(path, std::string_view(key)), current);
    } else if (wanted.is_array() && old->is_array()) {
        const auto& elements = old->get_array();
        auto& list = wanted.get_array();
        for (std::size_t at = 0; at < list.size(); ++at) {
            if (at < elements.size())
                restore_references(list[at], &elements[at], joined_path(path, at), current);
            if (list.size() <= searched_max) restore_from_list(list[at], elements, path, current);
        }
    }
}

void restore_references(Edit& edit, const json::object& old, const Config& current) {
    if (!edit.value) return;
    restore_references(*edit.value, find_value(old, edit.path), format_key_path(edit.path), current);
    const KeyPath above(edit.path.begin(), edit.path.end() - 1);
    const auto* list = above.empty() ? nullptr : find_value(old, above);
    if (list && list->is_array())
        restore_from_list(*edit.value, list->get_array(), format_key_path(above), current);
}

// A resolved value that comes back for a reference means "unchanged".
bool repeats_reference(const Edit& edit, const json::object& raw, const Config& current) {
    const auto* text = edit.value ? edit.value->if_string() : nullptr;
    const auto* old = find_value(raw, edit.path);
    return text && old && old->is_string() && old->get_string().subview().contains("${") &&
           current.text(format_key_path(edit.path)) == std::string_view(*text);
}

// Whether "2026.9.6" stands where "2026.1.30" would: of parts that are no numbers nothing is said.
bool is_newer(std::string_view version, std::string_view than) {
    const auto left = split(version, '.'), right = split(than, '.');
    for (std::size_t at = 0; at < std::min(left.size(), right.size()); ++at) {
        const auto number = [](std::string_view part) {
            unsigned value = 0;
            std::from_chars(part.data(), part.data() + part.size(), value);
            return value;
        };
        if (number(left[at]) != number(right[at])) return number(left[at]) > number(right[at]);
    }
    return left.size() > right.size();
}

std::vector<Edit> meta_edits(const json::object& document, bool is_new, const std::string& version,
                             TimePoint now) {
    std::vector<Edit> edits;
    const auto keep = [&](const char* name, std::string value) {
        const auto* old = find_value(document, {"meta", name});
        if ((is_new || old) && !(old && *old == json::value(value)))
            edits.push_back({{"meta", name}, json::value(value)});
    };
    // A newer program would take an older version for a file that it has to bring over once more.
    const auto* stored = find_value(document, {"meta", "lastTouchedVersion"});
    if (!stored || !stored->is_string() || !is_newer(stored->get_string(), version))
        keep("lastTouchedVersion", version);
    keep("lastTouchedAt", iso_time(now));
    return edits;
}

// The problems that the old config didn't have.
std::vector<Problem> new_problems(const Config& before, const Config& after) {
    const auto had = [&](const Problem& problem) {
        return std::ranges::any_of(before.problems(), [&](const Problem& old) {
            return old.path == problem.path && old.message == problem.message;
        });
    };
    std::vector<Problem> found;
    for (const auto& problem : after.problems())
        if (!had(problem)) found.push_back(problem);
    return found;
}

// One update, from the lock to the rename.
class Update {
public:
    Update(const LoadRequest& request, Path root, DocumentFiles files)
        : request_(request), root_(std::move(root)), files_(std::move(files)), before_(load_before()) {}

    Result<std::vector<Edit>> apply(const std::function<Result<void>(json::object&, const Config&)>& change) {
        auto wanted = files_.value();
        if (auto ok = change(wanted, *before_); !ok) return std::unexpected(ok.error());
        auto edits = edits_between(json::value(files_.value()), json::value(std::move(wanted)));
        std::erase_if(edits,
                      [&](const Edit& edit) { return repeats_reference(edit, files_.value(), *before_); });
        for (auto& edit : edits) restore_references(edit, files_.value(), *before_);
        if (auto ok = refuse_placeholders(edits); !ok) return std::unexpected(ok.error());
        if (auto ok = seal_new(edits); !ok) return std::unexpected(ok.error());
        if (auto ok = apply(edits); !ok) return std::unexpected(ok.error());
        return edits;
    }

    Result<void> apply(const std::vector<Edit>& edits) {
        for (const auto& edit : edits)
            if (auto ok = files_.edit(edit); !ok) return ok;
        return {};
    }

    // What the config would be.
    std::expected<std::shared_ptr<const Config>, WriteRefusal> checked() const {
        auto after = load();
        if (auto problems = new_problems(*before_, *after); !problems.empty()) {
            const auto& first = problems.front();
            auto error = hinted(fail(Code::invalid_input, "config validation failed: {}{}{}", first.path,
                                     first.path.empty() ? "" : ": ", first.message),
                                first.hint.empty() ? "nothing was written" : first.hint);
            return std::unexpected(WriteRefusal{std::move(error).error(), std::move(problems)});
        }
        if (auto ok = refuse_guessable(*after); !ok) return std::unexpected(WriteRefusal{ok.error()});
        return after;
    }

    // One that stands there is warned of; a new one would only wait to be found.
    Result<void> refuse_guessable(const Config& after) const {
        for (const std::string_view path : {"gateway.auth.token", "gateway.auth.password"}) {
            const auto text = after.text(path);
            const auto why = text && text != before_->text(path) ? why_guessable(*text) : std::nullopt;
            if (why)
                return hinted(fail(Code::invalid_input, "{} can be guessed: {}", path, *why),
                              "take the output of `openssl rand -hex 24`; nothing was written");
        }
        return {};
    }

    Result<std::vector<Path>> save(const json::object& old_document) {
        const auto kept = literal_secrets(files_.value());
        Literals retired;
        for (const auto& literal : literal_secrets(old_document))
            if (!kept.contains(literal)) retired.insert(literal);
        std::vector<Path> changed;
        for (const auto& [path, text] : files_.changed()) {
            const auto& original = files_.originals().at(path);
            if (text == original) continue;
            if (auto ok = save_one(path, text, original, {kept, retired}); !ok)
                return std::unexpected(ok.error());
            changed.push_back(path);
        }
        return changed;
    }

    const DocumentFiles& files() const { return files_; }

private:
    // The backups move when the new text stands, not before.
    Result<void> save_one(const Path& path, const std::string& text, const std::string& original,
                          const BackupRules& rules) const {
        const auto target = store::real_target(request_.files, path);
        if (!target) return std::unexpected(target.error());
        // The lock is the root's: what stands beside an included file may be another config's work.
        if (path == root_) store::remove_strays(request_.files, *target);
        const bool has_backup = path != root_ || files_.root_exists();
        if (has_backup)
            if (auto ok = prepare_backup(request_.files, *target, original, rules); !ok) {
                drop_prepared(request_.files, *target);
                return failed(ok.error(), "keeping a backup of {}; nothing was changed", path.string());
            }
        bool stands = false;
        const auto written =
            store::replace_file(request_.files, *target, text, 0600, {}, [&] { stands = true; });
        if (!stands) drop_prepared(request_.files, *target);
        if (stands && has_backup)
            if (auto ok = rotate_backups(request_.files, *target, rules); !ok)
                return failed(ok.error(), "{} is changed, but its backups could not be kept", path.string());
        return written;
    }

    Result<void> seal_new(std::vector<Edit>& edits) const {
        if (!request_.seal_new || edits.empty()) return {};
        auto before = files_.value();
        json::value wanted(before);
        for (const auto& edit : edits)
            if (auto ok = apply_edit(wanted, edit); !ok) return ok;
        if (auto ok = request_.seal_new(before, wanted.get_object()); !ok)
            return failed(ok.error(), "a secret can't be sealed, so it is not written");
        edits = edits_between(json::value(files_.value()), wanted);
        return {};
    }

    std::shared_ptr<const Config> load() const {
        auto request = request_;
        request.read = files_.reader();
        return load_config(request);
    }

    // A file that isn't there yet is absent, and not an empty object as it is to be edited.
    std::shared_ptr<const Config> load_before() const {
        if (files_.root_exists()) return load();
        auto request = request_;
        request.read = [this, read = files_.reader()](const Path& path) -> Result<std::string> {
            if (path != root_) return read(path);
            return fail(Code::not_found, "{} does not exist", path.string());
        };
        return load_config(request);
    }

    const LoadRequest& request_;
    Path root_;
    DocumentFiles files_;
    std::shared_ptr<const Config> before_;
};

Result<DocumentFiles> open_files(const LoadRequest& request) {
    const auto& path = request.paths.config_file;
    const ReadText read = [&request](const Path& file) {
        return request.read ? request.read(file)
                            : store::read_replaced(request.files, file, config_bytes_max);
    };
    auto files = DocumentFiles::open(path, read);
    if (files) return files;
    return hinted(failed(std::move(files).error(), "{} can't be read, so it is not changed", path.string()),
                  "run `openclaw config validate`");
}

}  // namespace

ConfigWriter::ConfigWriter(LoadRequest request, const Clock& clock, std::string version)
    : request_(std::move(request)), clock_(clock), version_(std::move(version)) {
    request_.login_shell = nullptr;  // checking a change needs no shell
}

ConfigWriter ConfigWriter::without_sealing() const {
    auto request = request_;
    request.seal_new = nullptr;
    return {std::move(request), clock_, version_};
}

Result<Written> ConfigWriter::update(const std::function<Result<void>(json::object& document)>& change) {
    auto written = update_seen([&](json::object& document, const Config&) { return change(document); });
    if (!written) return std::unexpected(std::move(written.error().error));
    return std::move(*written);
}

std::expected<Written, WriteRefusal> ConfigWriter::update_seen(
    const std::function<Result<void>(json::object& document, const Config& before)>& change) {
    const auto refused = [](Error error) { return std::unexpected(WriteRefusal{std::move(error)}); };
    const auto& path = request_.paths.config_file;
    if (auto ok = platform::make_folders(request_.files, path.parent_path(), 0700); !ok)
        return refused(ok.error());
    auto target = store::real_target(request_.files, path);
    if (!target) return refused(target.error());
    auto lock = request_.files.lock(store::lock_path_of(*target), lock_wait);
    if (!lock)
        return refused(failed(store::naming_mount(std::move(lock).error(), request_.files, *target),
                              "changing {}", path.string())
                           .error());
    if (auto ok = store::settle_pending(request_.files, *target); !ok) return refused(ok.error());

    auto files = open_files(request_);
    if (!files) return refused(std::move(files).error());
    const auto old_document = files->value();
    Update update(request_, path, std::move(*files));
    auto edits = update.apply(change);
    if (!edits) return refused(std::move(edits).error());
    if (!edits->empty()) {
        const auto meta =
            meta_edits(update.files().value(), !update.files().root_exists(), version_, clock_.now());
        if (auto ok = update.apply(meta); !ok) return refused(ok.error());
    }
    auto config = update.checked();
    if (!config) return std::unexpected(std::move(config).error());
    auto changed = update.save(old_document);
    if (!changed) return refused(std::move(changed).error());
    return Written{std::move(*changed), std::move(*edits), std::move(*config)};
}

std::shared_ptr<const Config> ConfigWriter::read() const {
    return load_config(request_);
}

Result<Written> ConfigWriter::set(const KeyPath& path, json::value value) {
    return update([&](json::object& document) -> Result<void> {
        json::value root(std::move(document));
        auto ok = apply_edit(root, {path, std::move(value)});
        document = std::move(root.get_object());
        return ok;
    });
}

Result<Written> ConfigWriter::unset(const KeyPath& path) {
    return update([&](json::object& document) -> Result<void> {
        json::value root(std::move(document));
        auto ok = apply_edit(root, {path, std::nullopt});
        document = std::move(root.get_object());
        return ok;
    });
}

}  // namespace openclaw::config
