#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "auth/profiles/newer_store.h"
#include "auth/profiles/profile.h"
#include "auth/profiles/program_login.h"
#include "auth/profiles/salvage.h"
#include "auth/rests/cooldown.h"
#include "auth/sealed/key_ring.h"
#include "auth/store/credential_store.h"
#include "base/clock.h"
#include "config/config.h"
#include "platform/file_system.h"
#include "store/document.h"

namespace openclaw::auth {

using platform::FileSystem;
using platform::Path;

// The name of the store in an agent's folder.
inline constexpr std::string_view store_file_name = "auth-profiles.json";

// Where the credentials of an agent are.
struct StoreFolders {
    Path own;                     // the agent's folder
    Path main;                    // the main agent's; the same for the main agent itself
    Path legacy_oauth;            // credentials/oauth.json of old; read, never written
    Path home = {};               // where other programs keep their logins; empty: theirs aren't looked at
    sealed::Places sealing = {};  // how secrets are sealed when they are written, if they are
    Path state = {};  // where a newer OpenClaw keeps its shared database; empty: it isn't looked at
};
// One rule for every command and for the gateway: the agent asked for, or the default agent.
StoreFolders store_folders(const config::Config& config, const config::AgentEntry& agent);
// By id; an empty or unknown one means the default agent.
StoreFolders store_folders(const config::Config& config, std::string_view agent_id);

// A profile on its way in from elsewhere.
struct Addition {
    Profile profile;
    json::object members;  // of its record there; those that nobody here knows are kept
    ImportRecord record;
    std::optional<UsageStats> usage;
};
struct AddedOrder {
    std::string provider;
    std::vector<ProfileId> ids;
};

// A damaged file, and what was or would be kept of it.
struct Repair {
    Path file;
    std::optional<Path> aside;  // the copy of it as it was; nothing in a dry run
    Salvage salvage;
};

// What entering a profile found in the agent's own file: enough to take it back.
struct Entered {
    ProfileId id;
    std::optional<json::value> record, usage;  // as they stood there before; nothing: there was none
    bool added_to_order = false;
};

// What came for a refresh token.
struct NewTokens {
    Secret spent, access;
    std::optional<Secret> refresh = {};     // absent: `spent` is good for more
    std::optional<TimePoint> expires = {};  // of `access`; absent: nobody tells
    std::optional<Milliseconds> lifetime = {};
};

// One agent's auth-profiles.json, and the main agent's behind it: inherited by reading through, never
// copied. Unknown members, at every level, survive a write. Usable from several threads.
class ProfileStore final : public CredentialStore {
public:
    // `keys`: shared with others, so that a slow key is made once; its own without.
    ProfileStore(FileSystem& files, StoreFolders folders, std::shared_ptr<sealed::KeyRing> keys = {});

    // Own and inherited profiles merged, the agent's own first in every clash. A missing file is an empty
    // store, or what auth.json and oauth.json of old hold. Of a damaged one the intact records are served and
    // the others named (see salvage.h); it is `corrupt` when nothing in it is intact.
    // Logins of other programs are read through, the newer of what is stored and what their file says; what
    // databases of a newer OpenClaw hold besides is only named.
    // The same pointer comes back until a file changes, so that an Index can be kept with it.
    Result<std::shared_ptr<const Store>> load();
    Result<Snapshot> snapshot() override;
    // The agent's file, the main agent's, the older ones that count while there is none, and other programs'
    // logins.
    std::vector<Path> places() const override;
    // What the agent's own file itself holds: nothing inherited, nothing read through.
    Result<Store> own();
    const Path& file() const { return own_.strict.path(); }
    // The file that holds a profile, or would.
    Result<Path> file_of(const ProfileId& id);
    // What is damaged of the own and the inherited file. Unless it is a dry run each is copied aside as it is
    // and written anew with what is intact. Only ever called because the person said so.
    Result<std::vector<Repair>> repair(TimePoint now, bool dry_run);

    // Each locks, re-reads, changes and replaces atomically. They write to the file that holds the profile,
    // never to a damaged one (`corrupt`).
    // Adds to the agent's own file, in one write, what isn't in it yet; replaces nothing. Gives the ids that
    // are there already. Orders are added for providers that have none.
    Result<std::vector<ProfileId>> add(std::span<const Addition> additions,
                                       std::span<const AddedOrder> orders);
    // A person's new credential, in one write; keeps unknown members. Another key or token under the same id
    // starts clean: whatever the old one was refused for says nothing about it. Where secrets are sealed it
    // is sealed too, or, without the key, not written at all. It goes into the agent's own file, even where
    // the main agent has one of that name: that one stays what it is, and the agent's own stands before it
    // from now on. An order that stands, inherited or not, gets it at its end in the agent's file, so that
    // adding one never changes who goes first; an order that is ignored, because nothing that it names is
    // stored, stays so: it would come back to life with the new one alone.
    Result<Entered> enter(const Profile& profile);
    // Puts back what stood there before of that profile.
    Result<void> take_back(const Entered& entered);
    // New tokens for every profile of the agent's own file whose refresh token is the one that was spent.
    // What is known of the credential goes on with them: a login that rests rests still, but for a
    // refusal, which was about the old token. Gives those
    // profiles; that there are none is no error.
    Result<std::vector<ProfileId>> renew(const NewTokens& tokens, std::string_view fingerprint_key);
    Result<bool> remove(const ProfileId& id);  // and its usage, order and lastGood entries
    // Who may use a profile; absent: everybody who inherits it. False when there is no such profile.
    Result<bool> set_allowed_agents(const ProfileId& id, std::optional<std::vector<std::string>> agents);
    Result<void> set_order(const ProviderId& provider, std::vector<ProfileId> ids);
    Result<bool> clear_order(const ProviderId& provider);
    // One write for each of the two files that holds some of the profiles.
    Result<Records> report(std::span<const Report> reports) override;
    // `change` turns the fresh usage into the new one (see cooldown.h). A profile that is gone is no error.
    Result<void> update_usage(const ProfileId& id,
                              const std::function<UsageStats(UsageStats)>& change) override;

private:
    using Content = store::Document::Snapshot;

    bool is_main() const { return folders_.own == folders_.main; }
    // A file as it is, or what is intact of it.
    struct Reading {
        Content content;
        bool salvaged = false;
    };
    // The strict reader, by which it is changed, and the tolerant one, by which it is only ever read.
    struct StoreFile {
        StoreFile(FileSystem& files, const Path& path);
        Result<Reading> load();
        store::Document strict, salvaging;
    };
    Result<Store> read_one(const Reading& reading, const Path& folder, const Path& file);
    Result<std::optional<Repair>> repair_one(StoreFile& file, TimePoint now, bool dry_run);
    Result<json::object> read_legacy(const Path& folder);
    std::vector<std::string> owners_of(const Store& store) const;
    void take_over_login(json::object& content, const ProfileId& id);
    // What stands in the two files now, and which of them holds a profile, or would.
    struct Contents {
        Content own;
        Result<Content> main;
    };
    Result<Contents> contents();
    Result<store::Document*> owner_of(const ProfileId& id, const Contents& contents);
    Result<store::Document*> owner_of(const ProfileId& id);
    using LastGood = std::map<std::string, ProfileId>;  // by provider, as it is spelled in the file
    Result<Records> report_to(store::Document& document, std::span<const Report* const> reports);
    void take_over_report(store::Document& document, const Content& before, const Records& records,
                          const LastGood& last_good);
    void make_key_ready();
    template <class Change>
    auto change(store::Document& document, Change change) -> std::invoke_result_t<Change, json::object&>;

    FileSystem& files_;
    StoreFolders folders_;
    std::shared_ptr<sealed::KeyRing> keys_;
    StoreFile own_, main_;
    std::mutex cache_mutex_;
    ProgramLoginFiles logins_;
    NewerStoreFiles newer_own_, newer_main_;
    Content cached_own_, cached_main_;
    ProgramLoginFiles::Snapshots cached_logins_;
    NewerStoreFiles::Snapshot cached_newer_own_, cached_newer_main_;
    std::vector<std::string> cached_owners_;
    Snapshot cached_;
};

}  // namespace openclaw::auth
