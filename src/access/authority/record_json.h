#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/certificates/record.h"
#include "base/json.h"

// What stands in ledger.json.
namespace openclaw::access {

inline constexpr std::string_view clients_member = "clients";
inline constexpr std::string_view server_names_member = "serverNames";
inline constexpr std::string_view authority_repair =
    "bring a backup back with `openclaw gateway cert restore FILE`, or begin anew with `openclaw gateway "
    "cert "
    "replace`";
inline constexpr std::string_view ledger_repair =
    "the file was not touched: bring a backup back with `openclaw gateway cert restore FILE`, or begin anew "
    "with `openclaw gateway cert replace`";

// In the order of the file. One that makes no sense makes all of it `corrupt`: who is left out there might be
// the one that was revoked.
Result<std::vector<CertificateRecord>> records_of(const json::object& content);
// Members that nobody here knows stay.
void put_record(json::object& object, const CertificateRecord& record);
// Of a record alone, for output.
json::object record_json(const CertificateRecord& record);

Result<std::vector<std::string>> server_names_of(const json::object& content);

}  // namespace openclaw::access
