// Whatever is sent as a code or as a request, or stands in the file of invitations, reading it ends; a code
// that is taken is one that we could have made, and an invitation reads back as what was written.
#include <cstdint>
#include <cstdlib>

#include "access/enrolment/invitation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace openclaw;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto code = access::parse_code(text)) {
        const auto again = access::parse_code(code->text());
        if (!again || again->secret != code->secret || again->pin != code->pin) std::abort();
    }
    static_cast<void>(access::public_key_of_request(text));
    const auto parsed = parse_json(text);
    const auto* object = parsed ? as_object(&*parsed) : nullptr;
    const auto invitation = object ? access::parse_invitation(*object) : std::nullopt;
    if (!invitation) return 0;
    const auto written = access::invitation_json(*invitation);
    const auto read = access::parse_invitation(written);
    if (!read || access::invitation_json(*read) != written) std::abort();
    return 0;
}
