#include "access/authority/export.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include <array>

#include "access/authority/openssl.h"
#include "base/random.h"

namespace openclaw::access {

namespace {

constexpr std::array importers = {Importer::iphone,  Importer::mac,     Importer::android,
                                  Importer::windows, Importer::firefox, Importer::linux_desktop};

// The rounds of 3DES are few whatever one does; what keeps the file closed is the password's 100 bits.
constexpr int compatible_rounds = 2048, modern_rounds = 10'000;
constexpr int compatible_salt = 8, modern_salt = 16;

// Five bits a letter, none of which looks like another: "k7qf3-mxa9p-d2vtr-09wze".
std::string new_password() {
    constexpr std::string_view letters = "0123456789abcdefghjkmnpqrstvwxyz";
    constexpr std::size_t count = 20, group = 5;
    auto bytes = random_bytes(count);
    std::string text;
    for (std::size_t at = 0; at < count; ++at) {
        if (at > 0 && at % group == 0) text += '-';
        text += letters[static_cast<unsigned char>(bytes[at]) % letters.size()];
    }
    wipe(bytes);
    return text;
}

bool add_mac(PKCS12* file, const std::string& password, ExportForm form) {
    const int length = static_cast<int>(password.size());
    if (form == ExportForm::compatible)
        return PKCS12_set_mac(file, password.c_str(), length, nullptr, compatible_salt, compatible_rounds,
                              EVP_sha1()) == 1;
    return PKCS12_set_mac(file, password.c_str(), length, nullptr, modern_salt, modern_rounds,
                          EVP_sha256()) == 1;
}

Owned<PKCS12> encrypted(const net::PrivateKey& key, X509* certificate, const std::string& name,
                        const std::string& password, ExportForm form) {
    constexpr int no_mac_yet = -1;
    const bool compatible = form == ExportForm::compatible;
    const int cipher = compatible ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : NID_aes_256_cbc;
    Owned<PKCS12> file(PKCS12_create(password.c_str(), name.c_str(), key.get(), certificate, nullptr, cipher,
                                     cipher, compatible ? compatible_rounds : modern_rounds, no_mac_yet, 0));
    if (file && !add_mac(file.get(), password, form)) file.reset();
    return file;
}

}  // namespace

std::string_view name_of(Importer importer) {
    switch (importer) {
        case Importer::iphone:
            return "iphone";
        case Importer::mac:
            return "mac";
        case Importer::android:
            return "android";
        case Importer::windows:
            return "windows";
        case Importer::firefox:
            return "firefox";
        case Importer::linux_desktop:
            return "linux";
    }
    return "unknown";
}

std::optional<Importer> find_importer(std::string_view name) {
    for (const auto importer : importers)
        if (name_of(importer) == name) return importer;
    return std::nullopt;
}

ExportForm form_for(Importer importer) {
    const bool modern = importer == Importer::firefox || importer == Importer::linux_desktop;
    return modern ? ExportForm::modern : ExportForm::compatible;
}

Result<ExportedFile> export_pkcs12(const net::PrivateKey& key, std::string_view certificate,
                                   const std::string& friendly_name, ExportForm form) {
    const auto leaf = parsed_certificate(certificate);
    if (!leaf) return fail(Code::corrupt, "it is not a certificate");
    auto password = new_password();
    const auto file = encrypted(key, leaf.get(), friendly_name, password, form);
    ExportedFile made{file ? der_of<const PKCS12>(i2d_PKCS12, file.get()) : std::string(),
                      Secret(std::move(password))};
    ERR_clear_error();
    if (made.bytes.empty()) return fail(Code::internal, "OpenSSL can't write the file");
    return made;
}

}  // namespace openclaw::access
