#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/certificate_judge.h"
#include "access/certificates/list_memory.h"
#include "base/clock.h"

namespace openclaw::access {

// What one authority says is revoked (a CRL). Its signature was checked.
struct RevocationList {
    ListAge age;
    TimePoint ends;
    std::vector<std::string> serials;  // hex, sorted

    bool names(std::string_view serial) const;
    bool operator==(const RevocationList&) const = default;
};

// The revocation lists of foreign authorities. What is wrong with a file is said and replaces nothing: an
// older list never takes the place of a newer one, of one from before a restart neither, and the last good
// one counts until it ends; then nobody comes in by that authority.
class RevocationLists {
public:
    // One file, as it was read; `text` is empty when that failed, which `problem` then says.
    struct File {
        std::string place;
        std::string text;
        std::string problem = {};
    };
    // `authorities`: DER of those whose lists can be told from false ones. `before`: what counted until now.
    // `seen`: what was in use at any time. A file with more than 64 lists counts for nothing.
    static RevocationLists read(std::span<const File> files, std::span<const std::string> authorities,
                                const RevocationLists& before, const SeenLists& seen, TimePoint now);

    // What a list has against a certificate with that serial, signed by the key with that digest.
    std::optional<CertificateFault> fault_of(const std::string& issuer_key, std::string_view serial,
                                             TimePoint now) const;
    // What is wrong with files or lists, "place: why", the closed doors first; 16 lines, and how many more
    // there are. Told to whoever runs the gateway.
    const std::vector<std::string>& problems() const { return problems_; }
    SeenLists seen() const;       // what is in use, and what will be
    std::string written() const;  // everything that decides, to be told apart from other lists by

private:
    struct Issuer;
    void take(const File& file, std::span<const Issuer> issuers, const SeenLists& seen, TimePoint now);
    void add(const std::string& issuer_key, RevocationList list, const std::string& whose,
             const SeenLists& seen, TimePoint now);
    void tell_closed_doors(std::span<const Issuer> issuers, TimePoint now);

    // By the digest of the authority's key, the newest first: those that haven't begun yet, and the one that
    // counts until then.
    std::map<std::string, std::vector<RevocationList>> lists_;
    std::vector<std::string> problems_;
};

}  // namespace openclaw::access
