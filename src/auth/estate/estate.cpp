#include "auth/estate/estate.h"

#include <algorithm>

#include "auth/estate/leftovers.h"
#include "auth/sealed/secret_file.h"
#include "base/text.h"
#include "config/agents.h"
#include "store/replace_file.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::string_view store_name = "auth-profiles.json";

using ChangeSpots = Result<Tally> (*)(std::vector<Spot> spots, KeyRing& keys);

// One at a time: two of them would each believe to know which key is the current one.
Result<std::unique_ptr<platform::FileLock>> lock_estate(Estate& estate) {
    const auto folder = estate.keys.path().parent_path();
    if (auto made = platform::make_folders(estate.files, folder, 0700); !made)
        return std::unexpected(std::move(made).error());
    // A new folder must outlive a power cut, or the keys in it are gone while what they sealed is there.
    if (auto synced = estate.files.sync_folder(folder.parent_path()); !synced)
        return std::unexpected(std::move(synced).error());
    auto lock = estate.files.lock(folder / "sealing.flock", Milliseconds(0));
    if (lock || lock.error().code != Code::busy) return lock;
    return hinted(failed(std::move(lock).error(), "another `openclaw secrets` command is at work"),
                  "wait until it is done");
}

Result<void> change_store(Estate& estate, const StoreFolders& folders, ChangeSpots change, Outcome& outcome) {
    const auto file = folders.own / store_name;
    if (!platform::exists(estate.files, file)) return {};
    store::Document document(estate.files, file);
    auto tally = document.update(
        [&](json::object& content) -> Result<Tally> { return change(spots_in_store(content), estate.keys); });
    if (!tally) return failed(std::move(tally).error(), "changing {}", file.string());
    outcome.files.push_back({file, std::move(*tally)});
    return {};
}

Result<void> change_config(Estate& estate, ChangeSpots change, Outcome& outcome) {
    if (estate.config_files.empty()) return {};
    Tally tally;
    const auto written = estate.writer.update([&](json::object& document) -> Result<void> {
        auto changed = change(spots_in_config(document), estate.keys);
        if (!changed) return std::unexpected(std::move(changed).error());
        tally = std::move(*changed);
        return {};
    });
    if (!written) return std::unexpected(written.error());
    outcome.files.push_back({estate.config_files.front(), std::move(tally)});
    return {};
}

Result<void> change_file(Estate& estate, const Path& path, ChangeSpots change, Outcome& outcome) {
    auto text = store::read_replaced(estate.files, path, secret_file_bytes_max);
    if (!text) return failed(text.error(), "reading {}", path.string());
    auto document = document_of_file(*text);
    auto tally = change(spots_in_file(document, path), estate.keys);
    if (!tally) return failed(std::move(tally).error(), "changing {}", path.string());
    wipe(*text);
    if (!tally->changed.empty()) {
        auto changed = text_of_file(document);
        const auto written = store::replace_file(estate.files, path, changed);
        wipe(changed);
        if (!written) return failed(written.error(), "changing {}", path.string());
    }
    outcome.files.push_back({path, std::move(*tally)});
    return {};
}

Result<void> change_all(Estate& estate, ChangeSpots change, bool config_too, Outcome& outcome) {
    for (const auto& folders : estate.agents)
        if (auto changed = change_store(estate, folders, change, outcome); !changed) return changed;
    const auto paths = secret_files(estate.files, estate.state);
    if (!paths) return std::unexpected(paths.error());
    for (const auto& path : *paths)
        if (auto changed = change_file(estate, path, change, outcome); !changed) return changed;
    return config_too ? change_config(estate, change, outcome) : Result<void>();
}

WrappedKey wrapped(const DataKey& key, const Protector& protector) {
    return {protector.protection, wrap(key, protector.protection, protector.key)};
}

// Makes the first key, or makes the one that is there seal again after an unfinished unseal.
Result<void> ensure_key(Estate& estate, const Protector* protector) {
    const auto made = estate.keys.update([&](std::optional<KeyDocument>& keys) -> Result<void> {
        if (keys) {
            keys->active = true;
            return {};
        }
        if (!protector) return fail(Code::internal, "no key to seal with");
        const auto key = new_data_key();
        keys =
            KeyDocument{.active = true,
                        .current = key.id,
                        .keys = {{.id = key.id, .created = estate.now, .wraps = {wrapped(key, *protector)}}}};
        return {};
    });
    return made;
}

// Profiles that stand in files of old only: the first write takes them over, sealed.
Result<void> take_over_legacy(Estate& estate, const StoreFolders& folders) {
    if (platform::exists(estate.files, folders.own / store_name)) return {};
    ProfileStore store(estate.files, folders, std::shared_ptr<KeyRing>(&estate.keys, [](KeyRing*) {}));
    return store.update_usage({}, [](UsageStats usage) { return usage; });
}

// Reads everything again: all that was changed must open. What was closed before is nobody's fault here.
Result<void> verify(Estate& estate, const Outcome& outcome) {
    const auto counts = count_estate(estate, true);
    if (!counts) return std::unexpected(counts.error());
    for (const auto& count : *counts) {
        const auto file = std::ranges::find(outcome.files, count.file, &FileOutcome::file);
        if (file == outcome.files.end()) continue;
        for (const auto& holder : file->tally.changed)
            if (std::ranges::find(count.unopened, holder) != count.unopened.end())
                return fail(Code::internal, "what was sealed in {} can't be opened: {}", count.file.string(),
                            count.problem);
    }
    return {};
}

// Every key that is in use has to open before anything is touched.
Result<KeyDocument> open_all_keys(Estate& estate) {
    auto keys = estate.keys.document();
    if (!keys) return std::unexpected(std::move(keys).error());
    if (!*keys) return hinted(fail(Code::not_found, "nothing is sealed here"), "run `openclaw secrets seal`");
    for (const auto& entry : (*keys)->keys)
        if (const auto key = estate.keys.key(entry.id); !key) return std::unexpected(key.error());
    return std::move(**keys);
}

Result<void> begin_rekey(Estate& estate, const KeyDocument& before, const Protector* next) {
    const auto old = estate.keys.current();
    if (!old) return std::unexpected(old.error());
    const auto& present = before.find_current()->wraps.front();
    const auto present_key = estate.keys.protecting_key(present.protection);
    const auto same = [&] { return !next || next->protection == present.protection; };
    if (!present_key) return std::unexpected(present_key.error());
    const Protector before_it{present.protection, *present_key};
    const auto fresh = new_data_key();
    return estate.keys.update([&](std::optional<KeyDocument>& keys) -> Result<void> {
        if (!keys || *keys != before) return fail(Code::busy, "the sealing keys were changed meanwhile");
        KeyEntry entry{.id = fresh.id, .created = estate.now, .wraps = {}};
        if (!same()) {
            entry.wraps.push_back(wrapped(fresh, *next));
            keys->keys.front().wraps.insert(keys->keys.front().wraps.begin(), wrapped(*old, *next));
        }
        entry.wraps.push_back(wrapped(fresh, before_it));
        keys->keys.push_back(std::move(entry));
        keys->current = fresh.id;
        return {};
    });
}

// The old key goes, and with it what protected it.
Result<void> end_rekey(Estate& estate) {
    return estate.keys.update([](std::optional<KeyDocument>& keys) -> Result<void> {
        if (!keys) return fail(Code::internal, "the sealing keys are gone");
        auto last = *keys->find_current();
        last.wraps.resize(1);
        keys->keys = {std::move(last)};
        return {};
    });
}

// Whether a record somewhere still needs a key other than the current one.
Result<bool> needs_old_key(Estate& estate, const std::string& current) {
    bool needed = false;
    const auto look = [&](std::vector<Spot> spots) {
        for (const auto& spot : spots)
            if (const auto text = spot.sealed(); text && key_id_of(*text).value_or("") != current)
                needed = true;
    };
    const auto read =
        for_each_document(estate, [&](const Path&, std::vector<Spot> spots) { look(std::move(spots)); });
    if (!read) return std::unexpected(read.error());
    return needed;
}

}  // namespace

std::size_t Outcome::changed() const {
    std::size_t sum = 0;
    for (const auto& file : files) sum += file.tally.changed.size();
    return sum;
}

bool Outcome::left_any() const {
    return std::ranges::any_of(files, [](const auto& file) { return !file.tally.left.empty(); });
}

std::vector<StoreFolders> agent_folders(FileSystem& files, const config::Config& config) {
    std::vector<StoreFolders> found;
    const auto add = [&](StoreFolders folders) {
        if (std::ranges::find(found, folders.own, &StoreFolders::own) == found.end())
            found.push_back(std::move(folders));
    };
    for (const auto& agent : config.agents()) add(store_folders(config, agent));
    auto main = store_folders(config, "");
    main.own = main.main;
    add(main);
    const auto names = files.list(config.paths().state / "agents");
    for (const auto& name : names.value_or(std::vector<std::string>())) {
        auto folders = main;
        folders.own = config::store_folder(files, config.paths().state, config.paths().agent_folder(name));
        if (platform::exists(files, folders.own)) add(std::move(folders));
    }
    return found;
}

Result<Outcome> seal_estate(Estate& estate, const SealRequest& request) {
    const auto lock = lock_estate(estate);
    if (!lock) return std::unexpected(lock.error());
    if (auto ready = ensure_key(estate, request.protector); !ready)
        return std::unexpected(std::move(ready).error());
    if (auto key = estate.keys.current(); !key) return std::unexpected(std::move(key).error());
    Outcome outcome;
    outcome.purged = request.purge_legacy;
    for (const auto& folders : estate.agents)
        if (auto taken = take_over_legacy(estate, folders); !taken)
            return std::unexpected(std::move(taken).error());
    if (auto changed = change_all(estate, seal_spots, request.config_too, outcome); !changed)
        return std::unexpected(std::move(changed).error());
    if (auto sound = verify(estate, outcome); !sound) return std::unexpected(std::move(sound).error());
    if (auto cleaned = clean_leftovers(estate, request.purge_legacy, outcome); !cleaned)
        return failed(std::move(cleaned).error(),
                      "everything is sealed, but backups may hold secrets in plain");
    return outcome;
}

Result<Outcome> unseal_estate(Estate& estate) {
    const auto lock = lock_estate(estate);
    if (!lock) return std::unexpected(lock.error());
    if (const auto keys = open_all_keys(estate); !keys) return std::unexpected(keys.error());
    // From here on new secrets stay in plain, so that none is sealed with a key that is about to go.
    auto marked = estate.keys.update([](std::optional<KeyDocument>& keys) -> Result<void> {
        if (keys) keys->active = false;
        return {};
    });
    if (!marked) return std::unexpected(std::move(marked).error());
    Outcome outcome;
    if (auto changed = change_all(estate, unseal_spots, true, outcome); !changed)
        return std::unexpected(std::move(changed).error());
    const auto rest = count_estate(estate, false);
    if (!rest) return std::unexpected(rest.error());
    outcome.finished = std::ranges::all_of(*rest, [](const Count& count) { return count.sealed == 0; });
    if (!outcome.finished) return outcome;
    if (auto removed = estate.files.remove(estate.keys.path()); !removed)
        return std::unexpected(std::move(removed).error());
    return outcome;
}

Result<Outcome> rekey_estate(Estate& estate, const Protector* next) {
    const auto lock = lock_estate(estate);
    if (!lock) return std::unexpected(lock.error());
    const auto before = open_all_keys(estate);
    if (!before) return std::unexpected(before.error());
    Outcome outcome;
    outcome.resumed = before->keys.size() > 1;
    if (!outcome.resumed)
        if (auto begun = begin_rekey(estate, *before, next); !begun)
            return std::unexpected(std::move(begun).error());
    const auto current = estate.keys.current();
    if (!current) return std::unexpected(current.error());
    if (auto changed = change_all(estate, reseal_spots, true, outcome); !changed)
        return std::unexpected(std::move(changed).error());
    const auto needed = needs_old_key(estate, current->id);
    if (!needed) return std::unexpected(needed.error());
    outcome.finished = !*needed;
    if (!outcome.finished) return outcome;
    if (auto sound = verify(estate, outcome); !sound) return std::unexpected(std::move(sound).error());
    if (auto ended = end_rekey(estate); !ended) return std::unexpected(std::move(ended).error());
    return outcome;
}

}  // namespace openclaw::auth::sealed
