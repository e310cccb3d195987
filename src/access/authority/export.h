#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "net/stream/private_key.h"

namespace openclaw::access {

// What takes a certificate with its key in one file (PKCS#12), and in which form.
enum class Importer { iphone, mac, android, windows, firefox, linux_desktop };
std::string_view name_of(Importer importer);
std::optional<Importer> find_importer(std::string_view name);

// How the file is encrypted. What is newer is refused by iOS, macOS, older Android and Windows Server 2016 as
// a wrong password; what is older is refused by OpenSSL 3 and Node.
enum class ExportForm {
    compatible,  // 3DES for both bags, 2,048 rounds; SHA-1 MAC with 8 bytes of salt
    modern,      // PBES2 with AES-256 and SHA-256, 10,000 rounds; SHA-256 MAC
};
ExportForm form_for(Importer importer);

struct ExportedFile {
    std::string bytes;
    Secret password;  // 100 random bits, in ASCII
};
// The key with its certificate (DER) under a name for people; no authority in it, which would be imported
// untrusted.
Result<ExportedFile> export_pkcs12(const net::PrivateKey& key, std::string_view certificate,
                                   const std::string& friendly_name, ExportForm form);

}  // namespace openclaw::access
