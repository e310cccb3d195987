#include "access/certificates/certificates.h"

#include <gmock/gmock.h>

#include "support/client_certificates.h"
#include "support/fake_clock.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using test::Form;
using test::noon;
using test::Signer;
using Fault = CertificateFault;

constexpr auto day = std::chrono::hours(24);

std::string hex_of(long serial) {
    return fmt::format("{:x}", serial);
}

std::chrono::sys_seconds seconds_at(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

CertificateRecord record_of(const Signer& leaf, const Signer& root, std::string id = "crt_phone") {
    return {
        .id = std::move(id),
        .name = "phone",
        .scopes = {Scope::read},
        .limits = {},
        .made = noon,
        .revoked = {},
        .leaves = {{hex_of(leaf.serial()), root.key_digest(), leaf.key_digest(), noon - day, noon + day}}};
}

// A gateway with an authority of its own and a foreign one.
class ClientCertificates : public testing::Test {
protected:
    CertificateVerdict judge(const Signer& shown, TimePoint now = noon,
                             const std::vector<const Signer*>& with = {}) const {
        std::vector<std::string> chain = {shown.der()};
        for (const auto* each : with) chain.push_back(each->der());
        return Certificates::from(trust())->judge(chain, now);
    }
    ClientTrust trust() const {
        return {.own = OwnAuthority{{root.der()}, records},
                .own_problem = {},
                .authorities = {corp.der()},
                .pins = pins,
                .lists_wanted = lists_wanted,
                .lists = lists,
                .foreign_scopes = {Scope::write}};
    }

    Signer root = Signer::root("openclaw clients");
    Signer corp = Signer::root("Corp");
    Signer phone = root.issue();
    std::vector<CertificateRecord> records = {record_of(phone, root)};
    std::vector<std::string> pins;
    bool lists_wanted = false;
    RevocationLists lists;
};

TEST_F(ClientCertificates, AreCountedWithoutThoseThatWereRevoked) {
    EXPECT_THAT(trust().summary(), testing::StartsWith("1 of our own authority"));
    records[0].revoked = noon;
    EXPECT_THAT(trust().summary(), testing::StartsWith("0 of our own authority"));
}

TEST_F(ClientCertificates, LetInWhomOurRecordsKnowAsThemselves) {
    const auto verdict = judge(phone);
    ASSERT_TRUE(verdict.stands()) << text_of(verdict.fault.value_or(Fault::unreadable));
    EXPECT_EQ(verdict.identity->id, "crt_phone");
    EXPECT_EQ(verdict.identity->shown, "certificate \"phone\"");
    EXPECT_EQ(verdict.identity->scopes, Scopes({Scope::read}));
    EXPECT_TRUE(verdict.ours);
}

TEST_F(ClientCertificates, OfOurAuthorityLetNobodyInWithoutARecord) {
    EXPECT_EQ(judge(root.issue()).fault, Fault::without_record) << "the same name proves nothing";
    records.clear();
    EXPECT_EQ(judge(phone).fault, Fault::without_record);
    EXPECT_FALSE(judge(phone).is_ours_but_not_now()) << "strangers are told nothing";
}

// Whoever has the key can make as many certificates "by hand" as he likes, if the root is stolen, too.
TEST_F(ClientCertificates, MustMatchTheirRecordBySerialAndKey) {
    records[0].leaves[0].serial = "1";
    EXPECT_EQ(judge(phone).fault, Fault::without_record);
    records = {record_of(phone, root)};
    records[0].leaves[0].public_key = root.issue().key_digest();
    EXPECT_EQ(judge(phone).fault, Fault::without_record);
    records = {record_of(phone, root)};
    records[0].leaves[0].issuer_key = corp.key_digest();
    EXPECT_EQ(judge(phone).fault, Fault::without_record);
}

TEST_F(ClientCertificates, OfARevokedRecordAreRefusedInWhateverCertificateTheirKeyComes) {
    records[0].revoked = noon - 1h;
    const auto verdict = judge(phone);
    EXPECT_EQ(verdict.fault, Fault::revoked);
    EXPECT_TRUE(verdict.is_ours_but_not_now());
    EXPECT_EQ(verdict.at, noon - 1h);
    EXPECT_EQ(judge(root.with_key_of(phone, {})).fault, Fault::revoked);
    EXPECT_EQ(judge(corp.with_key_of(phone, {})).fault, Fault::revoked);
    pins = {phone.key_digest()};
    EXPECT_EQ(judge(corp.with_key_of(phone, {})).fault, Fault::revoked);
    EXPECT_FALSE(judge(corp.with_key_of(phone, {})).is_ours_but_not_now());
}

TEST_F(ClientCertificates, CountFromTheirBeginningToTheirEnd) {
    records[0].leaves[0].begins = noon;
    records[0].leaves[0].ends = noon + 1h;
    EXPECT_EQ(judge(phone, noon - 1ms).fault, Fault::not_yet_valid);
    EXPECT_EQ(judge(phone, noon - 1ms).at, noon);
    EXPECT_TRUE(judge(phone, noon).stands());
    EXPECT_TRUE(judge(phone, noon + 1h - 1ms).stands());
    const auto ended = judge(phone, noon + 1h);
    EXPECT_EQ(ended.fault, Fault::ended);
    EXPECT_EQ(ended.at, noon + 1h);
    EXPECT_TRUE(ended.is_ours_but_not_now() && ended.is_out_of_time());
}

TEST_F(ClientCertificates, EndWithTheirAuthority) {
    auto form = Signer::root_form("short");
    Form leaf;
    const auto ends = seconds_at(noon + 1h);
    form.ends = ends;
    EXPECT_EQ(judge(corp.issue(form).issue(leaf), noon + 1h).fault, Fault::unknown_authority);
    const auto middle = corp.issue(form);
    EXPECT_TRUE(judge(middle.issue(leaf), noon, {&middle}).stands());
    EXPECT_EQ(judge(middle.issue(leaf), noon + 1h, {&middle}).fault, Fault::ended);
}

TEST_F(ClientCertificates, OfAForeignAuthorityAreWhomItNames) {
    const auto alice = corp.issue({.names = {"alice"}}), again = corp.issue({.names = {"alice"}});
    const auto verdict = judge(alice);
    ASSERT_TRUE(verdict.stands());
    EXPECT_EQ(verdict.identity->shown, "certificate \"CN=alice\"");
    EXPECT_EQ(verdict.identity->scopes, Scopes({Scope::write}));
    EXPECT_FALSE(verdict.ours);
    EXPECT_EQ(judge(again).identity->id, verdict.identity->id) << "renewed, she is the same";
    EXPECT_NE(judge(corp.issue({.names = {"bob"}})).identity->id, verdict.identity->id);
}

TEST_F(ClientCertificates, OfAnAuthorityOfTheSameNameAreStrangers) {
    const auto other = Signer::root("openclaw clients");
    const auto forged = other.issue();
    EXPECT_THAT(judge(forged).fault, testing::AnyOf(Fault::unknown_authority, Fault::false_signature));
    EXPECT_FALSE(judge(Signer::root("Corp").issue(), noon, {&corp}).stands());
}

struct Shape {
    std::string what;
    Form form;
    std::optional<Fault> fault;
};
void PrintTo(const Shape& shape, std::ostream* out) {
    *out << shape.what;
}
Form with(std::function<void(Form&)> change) {
    Form form;
    change(form);
    return form;
}

class ShapeOfCertificates : public ClientCertificates, public testing::WithParamInterface<Shape> {};

TEST_P(ShapeOfCertificates, IsJudgedTheSameForOursAndForeignOnes) {
    const auto& [what, form, fault] = GetParam();
    const auto ours = root.issue(form);
    records = {record_of(ours, root)};
    EXPECT_EQ(judge(ours).fault, fault) << "ours";
    EXPECT_EQ(judge(corp.issue(form)).fault, fault) << "foreign";
    const auto pinned = Signer::root("x").issue(form);
    pins = {pinned.key_digest()};
    const bool is_about_signatures = form.digest != EVP_sha256();
    EXPECT_EQ(judge(pinned).fault, is_about_signatures ? std::nullopt : fault) << "pinned";
}

INSTANTIATE_TEST_SUITE_P(
    Every, ShapeOfCertificates,
    testing::Values(
        Shape{"usual", Form{}, {}}, Shape{"rsa", with([](Form& f) { f.key = "rsa:2048"; }), {}},
        Shape{"ed25519", with([](Form& f) { f.key = "ed25519"; }), {}},
        Shape{"both", with([](Form& f) { f.purpose = "serverAuth,clientAuth"; }), {}},
        Shape{"no_usage", with([](Form& f) { f.usage = ""; }), {}},
        Shape{"no_basic", with([](Form& f) { f.basic = ""; }), {}},
        Shape{"no_purpose", with([](Form& f) { f.purpose = ""; }), Fault::not_for_clients},
        Shape{"any_purpose", with([](Form& f) { f.purpose = "anyExtendedKeyUsage"; }),
              Fault::not_for_clients},
        Shape{"server", with([](Form& f) { f.purpose = "serverAuth"; }), Fault::not_for_clients},
        Shape{"encipherment", with([](Form& f) { f.usage = "keyEncipherment"; }), Fault::key_not_for_signing},
        Shape{"agreement", with([](Form& f) { f.usage = "keyAgreement"; }), Fault::key_not_for_signing},
        Shape{"authority", with([](Form& f) {
                  f.basic = "critical,CA:TRUE";
                  f.usage = "digitalSignature,keyCertSign";
              }),
              Fault::authority_itself},
        Shape{"rsa_1024", with([](Form& f) { f.key = "rsa:1024"; }), Fault::too_weak},
        Shape{"p_192", with([](Form& f) { f.key = "P-192"; }), Fault::too_weak},
        Shape{"sha1", with([](Form& f) { f.digest = EVP_sha1(); }), Fault::too_weak},
        Shape{"strange", with([](Form& f) { f.strange = true; }), Fault::unknown_extension}),
    [](const auto& shown) { return shown.param.what; });

TEST_F(ClientCertificates, OfForeignAuthoritiesNeedOneName) {
    EXPECT_EQ(judge(corp.issue({.names = {}})).fault, Fault::without_name);
    EXPECT_EQ(judge(corp.issue({.names = {"alice", "bob"}})).fault, Fault::several_names);
    const auto ours = root.issue({.names = {}});
    records = {record_of(ours, root)};
    EXPECT_TRUE(judge(ours).stands()) << "our record says who it is";
}

TEST_F(ClientCertificates, ComeThroughIntermediatesOnlyFromForeignAuthorities) {
    const auto middle = corp.issue(Signer::root_form("Corp clients"));
    const auto leaf = middle.issue();
    EXPECT_EQ(judge(leaf).fault, Fault::unknown_authority) << "the intermediate is missing";
    EXPECT_TRUE(judge(leaf, noon, {&middle}).stands());
    const auto own_middle = root.issue(Signer::root_form("not ours"));
    const auto through = own_middle.issue();
    records.push_back(record_of(through, own_middle, "crt_other"));
    EXPECT_FALSE(judge(through, noon, {&own_middle}).stands());
    EXPECT_EQ(judge(phone.issue({.names = {"below"}}), noon, {&phone}).fault, Fault::unknown_authority);
    const auto alice = corp.issue();
    EXPECT_EQ(judge(alice.issue({.names = {"below"}}), noon, {&alice}).fault, Fault::signed_by_a_leaf);
}

TEST_F(ClientCertificates, AreNeverTheAuthoritiesThemselvesNorSignedByThemselves) {
    EXPECT_EQ(judge(root).fault, Fault::authority_itself);
    EXPECT_FALSE(judge(corp).stands());
    EXPECT_EQ(judge(Signer::root("me")).fault, Fault::self_signed);
}

TEST_F(ClientCertificates, ThatAreLongOrNotAtAllReadableAreRefused) {
    const auto certificates = Certificates::from(trust());
    const std::vector<std::string> none, broken = {"hello"}, cut = {phone.der().substr(0, 100)},
                                         more = {phone.der() + "x"}, many(6, phone.der());
    for (const auto& chain : {none, broken, cut, more, many})
        EXPECT_EQ(certificates->judge(chain, noon).fault, Fault::unreadable);
}

TEST_F(ClientCertificates, ThatArePinnedLetTheirSiblingsStayOutside) {
    const auto other = Signer::root("another company");
    const auto alice = other.issue({.names = {}}), bob = other.issue();
    pins = {alice.key_digest()};
    ASSERT_TRUE(judge(alice).stands());
    EXPECT_THAT(judge(alice).identity->id, testing::StartsWith("pin_"));
    EXPECT_EQ(judge(bob, noon, {&other}).fault, Fault::self_signed) << "an authority that isn't ours";
    EXPECT_EQ(judge(alice, noon + 400 * day).fault, Fault::ended);
    EXPECT_EQ(judge(alice, noon - 400 * day).fault, Fault::not_yet_valid);
}

TEST_F(ClientCertificates, AreJudgedAfreshByTheTimeHoweverOftenTheyWereSeen) {
    const auto certificates = Certificates::from(trust());
    const std::vector<std::string> chain = {phone.der()};
    for (const auto now : {noon, noon + day, noon, noon + day})
        EXPECT_EQ(certificates->judge(chain, now).stands(), now == noon);
    for (int each = 0; each < 1200; ++each)
        certificates->judge(std::vector{chain[0] + std::to_string(each)}, noon);
    EXPECT_TRUE(certificates->judge(chain, noon).stands());
}

TEST_F(ClientCertificates, ThatNobodyTrustsAreNotAskedFor) {
    EXPECT_EQ(Certificates::from({}), nullptr);
    const auto unusable = Certificates::from({.own = {}, .own_problem = "damaged"});
    ASSERT_TRUE(unusable) << "closed, which isn't the same as not there";
    EXPECT_FALSE(unusable->can_count());
    EXPECT_EQ(unusable->judge(std::vector{phone.der()}, noon).fault, Fault::unknown_authority);
    EXPECT_EQ(Certificates::from(trust())->issuers().size(), 2u);
}

TEST_F(ClientCertificates, AreOtherRulesAsSoonAsAnythingThatDecidesIsAnother) {
    const auto before = Certificates::from(trust());
    EXPECT_EQ(before->digest(), Certificates::from(trust())->digest());
    records[0].scopes = {Scope::write};
    EXPECT_NE(before->digest(), Certificates::from(trust())->digest());
    records = {record_of(phone, root)};
    records[0].revoked = noon;
    EXPECT_NE(before->digest(), Certificates::from(trust())->digest());
    records = {record_of(phone, root)};
    pins = {phone.key_digest()};
    EXPECT_NE(before->digest(), Certificates::from(trust())->digest());
}

// What a change of records leaves known must not outlive what it hangs on.
TEST_F(ClientCertificates, AreJudgedByTheirRecordsOfTheMomentWhateverIsKnownOfTheirChain) {
    const std::vector<std::string> shown = {phone.der()}, foreign = {corp.issue().der()};
    const auto first = Certificates::from(trust());
    EXPECT_TRUE(first->judge(shown, noon).stands());
    EXPECT_EQ(first->judge(foreign, noon).identity->scopes, Scopes({Scope::write}));
    records[0].revoked = noon;
    const auto revoked = Certificates::from(trust(), first.get());
    EXPECT_EQ(revoked->judge(shown, noon).fault, Fault::revoked);
    EXPECT_TRUE(first->judge(shown, noon).stands());
    records.clear();
    EXPECT_EQ(Certificates::from(trust(), revoked.get())->judge(shown, noon).fault, Fault::without_record);

    auto other_scopes = trust();
    other_scopes.foreign_scopes = {Scope::read};
    EXPECT_EQ(Certificates::from(std::move(other_scopes), first.get())->judge(foreign, noon).identity->scopes,
              Scopes({Scope::read}));
    auto no_authorities = trust();
    no_authorities.authorities.clear();
    EXPECT_EQ(Certificates::from(std::move(no_authorities), first.get())->judge(foreign, noon).fault,
              Fault::unknown_authority);
    auto another_root = trust();
    another_root.own->roots = {Signer::root("openclaw clients").der()};
    EXPECT_FALSE(Certificates::from(std::move(another_root), first.get())->judge(shown, noon).stands());
}

// Revocation lists.

class ForeignLists : public ClientCertificates {
protected:
    std::string list(long number, std::vector<long> serials = {}, Milliseconds begins = -1h,
                     Milliseconds ends = 1h) {
        return corp.revocation_list(serials, number, seconds_at(noon + begins), seconds_at(noon + ends));
    }
    const std::vector<std::string>& read(const std::string& text, TimePoint now = noon) {
        lists_wanted = true;
        const std::vector<std::string> authorities = {corp.der()};
        const std::vector<RevocationLists::File> files = {{.place = "corp.crl", .text = text}};
        lists = RevocationLists::read(files, authorities, lists, seen, now);
        return lists.problems();
    }
    // What the file keeps stays, what only memory knew goes.
    void restart(TimePoint now = noon) {
        seen = merged(std::move(seen), lists.seen(), now);
        lists = {};
    }
    SeenLists seen;
    Signer alice = corp.issue({.names = {"alice"}});
};

TEST_F(ForeignLists, LetInWhomTheyDoNotName) {
    EXPECT_THAT(read(list(1, {alice.serial() + 1})), testing::IsEmpty());
    EXPECT_TRUE(judge(alice).stands());
    read(list(2, {alice.serial()}));
    EXPECT_EQ(judge(alice).fault, Fault::revoked);
    EXPECT_TRUE(judge(phone).stands()) << "ours hang on our records";
}

TEST_F(ForeignLists, ThatAreMissingEndedOrOfTheFutureCloseTheDoor) {
    read("");
    EXPECT_EQ(judge(alice).fault, Fault::list_missing);
    read(list(1));
    EXPECT_TRUE(judge(alice, noon + 1h - 1ms).stands());
    EXPECT_EQ(judge(alice, noon + 1h).fault, Fault::list_ended);
    lists = {};
    read(list(1, {}, 1h, 2h));
    EXPECT_EQ(judge(alice).fault, Fault::list_of_the_future);
    EXPECT_TRUE(judge(alice, noon + 1h).stands());
}

TEST_F(ForeignLists, CountUntilTheirEndWhenTheirFileIsGoneOrDamaged) {
    read(list(7, {alice.serial()}));
    for (const auto* text : {"", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "hello"}) {
        EXPECT_THAT(read(text), testing::Not(testing::IsEmpty()));
        EXPECT_EQ(judge(alice).fault, Fault::revoked) << text;
        EXPECT_TRUE(judge(corp.issue()).stands()) << text;
        EXPECT_EQ(judge(corp.issue(), noon + 1h).fault, Fault::list_ended) << text;
    }
}

// OpenSSL takes the one that was made later, whatever its number says.
TEST_F(ForeignLists, OfALowerNumberNeverReplaceThoseOfAHigher) {
    read(list(9, {alice.serial()}));
    EXPECT_THAT(read(list(8, {}, -1min, 10h)),
                testing::ElementsAre(testing::HasSubstr("older than the one in use")));
    EXPECT_EQ(judge(alice).fault, Fault::revoked);
    EXPECT_THAT(read(list(-1, {}, -1min, 10h)),
                testing::ElementsAre(testing::HasSubstr("number none, 9 is in use")));
    EXPECT_EQ(judge(alice).fault, Fault::revoked);
    read(list(10));
    EXPECT_TRUE(judge(alice).stands());
    read(list(256, {alice.serial()}));
    EXPECT_EQ(judge(alice).fault, Fault::revoked) << "numbers, not texts";
}

TEST_F(ForeignLists, OfTheFutureLeaveThePresentOneInPlaceUntilThen) {
    read(list(1));
    read(list(2, {alice.serial()}, 30min, 5h));
    EXPECT_TRUE(judge(alice, noon + 29min).stands());
    EXPECT_EQ(judge(alice, noon + 30min).fault, Fault::revoked);
}

TEST_F(ForeignLists, ThatAreWronglySignedOrOfOthersCountForNothing) {
    const auto forger = Signer::root("Corp");
    const auto forged = forger.revocation_list({}, 99, seconds_at(noon - 1h), seconds_at(noon + 1h));
    read(list(1, {alice.serial()}));
    EXPECT_THAT(read(forged), testing::ElementsAre(testing::HasSubstr("wrongly signed")));
    EXPECT_EQ(judge(alice).fault, Fault::revoked);
    EXPECT_THAT(read(root.revocation_list({}, 1, seconds_at(noon - 1h), seconds_at(noon + 1h))),
                testing::ElementsAre(testing::HasSubstr("isn't in gateway.tls.clientCa")));
    EXPECT_EQ(judge(alice).fault, Fault::revoked);
}

TEST_F(ForeignLists, ThatAreOlderThanTheLastOneBeforeARestartCountForNothing) {
    read(list(9, {alice.serial()}));
    restart();
    EXPECT_THAT(read(list(8, {}, -1min, 10h)),
                testing::Contains(testing::HasSubstr("older than one that counted before (number 8, 9 was")));
    EXPECT_EQ(judge(alice).fault, Fault::list_missing);
    EXPECT_THAT(read(list(-1, {}, -1min, 10h)), testing::Contains(testing::HasSubstr("number none, 9 was")));
    read(list(9, {alice.serial()}));
    EXPECT_EQ(judge(alice).fault, Fault::revoked) << "the same one again";
    restart();
    EXPECT_THAT(read(list(10)), testing::IsEmpty());
    EXPECT_TRUE(judge(alice).stands());
}

TEST_F(ForeignLists, OfTheFutureHoldNothingAgainstThePresentOneAfterARestart) {
    read(list(1, {alice.serial()}));
    read(list(2, {}, 30min, 5h));
    restart();
    EXPECT_THAT(read(list(1, {alice.serial()})), testing::IsEmpty());
    EXPECT_EQ(judge(alice).fault, Fault::revoked);
    restart();
    EXPECT_THAT(read(list(1, {alice.serial()}), noon + 30min), testing::Not(testing::IsEmpty()))
        << "the second one counts by now, though nobody has read its file since";
}

TEST_F(ForeignLists, AreBoundedInEveryFileAndInWhatIsSaidOfThem) {
    std::string many;
    for (long number = 1; number <= 65; ++number) many += list(number);
    EXPECT_THAT(read(many), testing::Contains(testing::HasSubstr("more than 64 lists")));
    EXPECT_EQ(judge(alice).fault, Fault::list_missing);
    std::string foreign;
    for (long number = 1; number <= 64; ++number)
        foreign += root.revocation_list({}, number, seconds_at(noon - 1h), seconds_at(noon + 1h));
    EXPECT_THAT(read(foreign), testing::SizeIs(17));
    EXPECT_THAT(lists.problems().front(), testing::HasSubstr("nobody comes in by it"));
    EXPECT_THAT(lists.problems().back(), testing::HasSubstr("49 more"));
    std::string to_come;
    for (long number = 1; number <= 20; ++number)
        to_come += list(number, {}, std::chrono::minutes(number), 5h);
    read(to_come);
    EXPECT_THAT(lists.seen().at(corp.key_digest()), testing::SizeIs(16));
}

TEST_F(ForeignLists, AreAskedForByEveryAuthorityInTheChain) {
    const auto middle = corp.issue(Signer::root_form("Corp clients"));
    const auto bob = middle.issue();
    read(list(1));
    EXPECT_EQ(judge(bob, noon, {&middle}).fault, Fault::list_missing) << "of the intermediate";
    read(list(2, {middle.serial()}));
    EXPECT_FALSE(judge(bob, noon, {&middle}).stands());
}

}  // namespace
}  // namespace openclaw::access
