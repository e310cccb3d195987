#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "auth/sealed/key_document.h"
#include "config/config.h"
#include "platform/file_system.h"
#include "platform/keyring.h"
#include "store/document.h"

namespace openclaw::auth::sealed {

using platform::FileSystem;
using platform::Path;

// Where protecting keys may be found without asking anybody.
struct Places {
    Path document = {};                               // credentials/sealing.json; empty: nothing is sealed
    Path state = {}, config_file = {};                // where sealed secrets may stand
    std::optional<std::uint32_t> user_id = {};        // nothing: owners are not checked
    std::optional<Path> credential = {};              // $CREDENTIALS_DIRECTORY/openclaw-sealing-key
    std::optional<Secret> passphrase = {};            // OPENCLAW_SEALING_PASSPHRASE
    std::string passphrase_problem = {};              // why one that is set is not used
    std::shared_ptr<platform::Keyring> keyring = {};  // empty: the system's
};
// From what the process was started with: a passphrase in a .env file would lie beside what it protects.
Places places_of(const config::Config& config);
// The same before there is a config; a passphrase in a .env file isn't seen.
Places places_of(const config::Paths& paths, const platform::Variables& variables, std::uint32_t user_id);
// A key file's content. `denied` when it isn't a secret of this user's, as check_secret_file (auth/trust.h)
// puts it; without a user, and by root, its owner isn't asked. `unavailable` when it is missing.
Result<Secret> read_key_file(FileSystem& files, const Path& path, std::optional<std::uint32_t> user_id);

constexpr std::string_view passphrase_variable = "OPENCLAW_SEALING_PASSPHRASE";
constexpr std::string_view credential_name = "openclaw-sealing-key";

// Opens and seals with the keys of sealing.json. Remembers the data keys it opened, as long as they stand
// there, and what it made of a passphrase, right or wrong: that is slow. Asks nobody. Usable from several
// threads.
class KeyRing {
public:
    KeyRing(FileSystem& files, Places places);

    // Whether a secret that is written now has to be sealed. A key file that can't be read is an error.
    Result<bool> seals();
    // The keys as they stand, or nothing when nothing is sealed.
    Result<std::optional<KeyDocument>> document();
    // Changes the keys under their lock; nothing is an absent file, and can't become one again here. What is
    // written proves itself, so the current key has to be at hand.
    Result<void> update(const std::function<Result<void>(std::optional<KeyDocument>& keys)>& change);
    // `not_found` when there is no such key; else what kept it closed, with the remedy. May take a while: a
    // passphrase is stretched, a keyring asked, a file read.
    Result<DataKey> key(const std::string& id);
    Result<DataKey> current();
    // One that was opened before; waits for nothing. Otherwise what kept it closed when that was last tried.
    Result<DataKey> opened_key(const std::string& id);
    // Whether there is a key that nobody has tried to open yet.
    bool has_untried();
    // Tries all that are closed.
    void open_keys();
    Result<std::string> seal(const Secret& value, const RefHolder& holder);
    Result<Secret> open(std::string_view text, const RefHolder& holder);

    // What protects, made from where it is: a slow one once.
    Result<Secret> protecting_key(const Protection& protection);
    // Given by the person: used for every protection of that method, before all other places.
    void offer(Method method, Secret material);

    const Path& path() const { return document_.path(); }
    FileSystem& files() { return files_; }
    const Places& places() const { return places_; }

private:
    Result<Secret> material_of(const Protection& protection);
    Result<Secret> made_from(const Protection& protection);
    Result<DataKey> open_entry(const KeyEntry& entry);
    Result<void> prove(json::object& content, const KeyDocument& keys);
    Result<DataKey> proved(Result<DataKey> key);
    Result<KeyEntry> find_entry(const std::string& id);
    std::optional<DataKey> known_key(const std::string& id);

    FileSystem& files_;
    store::Document document_;
    std::mutex making_;  // held as long as a key is being made; of the next three
    Places places_;
    std::map<Method, Secret> offered_;
    std::vector<std::pair<Protection, Secret>> stretched_;  // passphrases only
    std::mutex mutex_;                                      // never held for long; of the rest
    std::map<std::string, DataKey> opened_;                 // by id
    std::map<std::string, Error> closed_;                   // why, by id
};

}  // namespace openclaw::auth::sealed
