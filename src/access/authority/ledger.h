#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/certificates/record.h"
#include "store/document.h"

namespace openclaw::access {

// <state>/gateway/authority/ledger.json: the records of all clients, and the names that were added to the
// gateway's own. What a command writes here is what the gateway judges by. Members that nobody here knows
// survive; a file that is damaged or gone is `corrupt`, named with its repair, and never overwritten. Usable
// from several threads and processes.
class Ledger {
public:
    Ledger(platform::FileSystem& files, platform::Path path);

    // Makes the empty ledger, unless there is one: before the authority is made whose records it holds.
    Result<void> begin();
    // Revoked and ended ones included; none when there is no file and no authority beside it. Where one is, a
    // file that is gone is a damage.
    Result<std::vector<CertificateRecord>> records();
    // By id, or by name: the one that stands, else the newest of that name. `not_found`.
    Result<CertificateRecord> find(const std::string& id_or_name, TimePoint now);

    // A record with its first leaf; on the disk when this returns. `busy` while another one of that name
    // stands. Those that were revoked and ended a year ago are forgotten.
    Result<void> add(const CertificateRecord& record, TimePoint now);
    // Another leaf for a record that isn't revoked; on the disk when this returns.
    Result<CertificateRecord> add_leaf(const std::string& id, const IssuedLeaf& leaf, Milliseconds lifetime,
                                       TimePoint now);
    // A second time changes nothing.
    Result<CertificateRecord> revoke(const std::string& id, TimePoint now);
    // A client whose key nobody has any more. What has no record lets nobody in.
    Result<void> forget(const std::string& id);

    Result<std::vector<std::string>> server_names();
    // False: it stood there, or didn't.
    Result<bool> add_server_name(const std::string& name);
    Result<bool> remove_server_name(const std::string& name);

    const platform::Path& path() const { return document_.path(); }

private:
    Result<void> check_present();
    // Changes the ledger, unless it is gone.
    template <class Work>
    auto change(Work work);
    // The same with the record of that id; its members that nobody here knows stay.
    template <class Work>
    Result<CertificateRecord> change_record(const std::string& id, Work work);

    platform::FileSystem& files_;
    store::Document document_;
};

// Whether it lets somebody in: not revoked, and its last leaf hasn't ended.
bool stands(const CertificateRecord& record, TimePoint now);
std::string new_record_id();
// "phone", "alice.laptop": letters, digits, "-", "_" and ".", at most 40, and no id.
Result<void> check_client_name(std::string_view name);
// A name that a server may be asked for, in lower case, or an address as it is usually written.
Result<std::string> parse_server_name(std::string_view text);

}  // namespace openclaw::access
