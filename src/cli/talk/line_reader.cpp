#include "cli/talk/line_reader.h"

#include <fcntl.h>
#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>

#include "base/text.h"

namespace openclaw::cli {

namespace {

constexpr int history_max = 1000;
constexpr std::size_t line_bytes_max = 1u << 20;

// "Bracketed paste": a terminal that is asked for it puts marks around what is pasted.
constexpr std::string_view asks_for_marks = "\x1b[?2004h", asks_for_none = "\x1b[?2004l";
constexpr const char* paste_begins = "\x1b[200~";
constexpr std::wstring_view paste_ends = L"\x1b[201~";

class PlainReader final : public LineReader {
public:
    ~PlainReader() override { std::free(line_); }
    std::optional<std::string> read() override {
        const ssize_t size = ::getline(&line_, &capacity_, stdin);
        if (size < 0) return std::nullopt;
        std::string_view text(line_, static_cast<std::size_t>(size));
        while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
        return std::string(text.substr(0, line_bytes_max));
    }

private:
    char* line_ = nullptr;
    std::size_t capacity_ = 0;
};

class EditingReader final : public LineReader {
public:
    EditingReader(std::string prompt, platform::Path history_file)
        : prompt_(std::move(prompt)), history_file_(std::move(history_file)) {
        std::setlocale(LC_CTYPE, "");  // so that the editor knows the width of characters
        history_ = ::history_init();
        editor_ = ::el_init("openclaw", stdin, stdout, stderr);
        HistEvent event;
        ::history(history_, &event, H_SETSIZE, history_max);
        ::history(history_, &event, H_SETUNIQUE, 1);
        ::history(history_, &event, H_LOAD, history_file_.c_str());
        ::el_set(editor_, EL_CLIENTDATA, this);
        ::el_set(editor_, EL_PROMPT, &EditingReader::prompt);
        ::el_set(editor_, EL_EDITOR, "emacs");
        ::el_set(editor_, EL_HIST, ::history, history_);
        // Ctrl-C is a key while a line is edited, not a signal; while a reply runs it is a signal again.
        ::el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);
        // The wide call keeps these literals; the narrow one would make copies that nobody frees.
        ::el_wset(editor_, EL_ADDFN, L"cancel-line", L"empty the line", &EditingReader::cancel);
        ::el_set(editor_, EL_BIND, "^C", "cancel-line", nullptr);
        ::el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
        ::el_set(editor_, EL_BIND, "^W", "ed-delete-prev-word", nullptr);
        ::el_wset(editor_, EL_ADDFN, L"break-line", L"begin another line", &EditingReader::break_line);
        ::el_set(editor_, EL_BIND, "\x1b\r", "break-line", nullptr);  // Alt-Enter
        ::el_set(editor_, EL_BIND, "\x1b\n", "break-line", nullptr);
        ::el_wset(editor_, EL_ADDFN, L"paste", L"take what is pasted as it is", &EditingReader::paste);
        ::el_set(editor_, EL_BIND, paste_begins, "paste", nullptr);
    }
    ~EditingReader() override {
        ::el_end(editor_);
        ::history_end(history_);
    }

    std::optional<std::string> read() override {
        std::string text;
        for (goes_on_ = false;; goes_on_ = true) {
            auto line = read_line();
            if (cancelled_) return std::string();
            if (!line && text.empty()) return std::nullopt;
            text += line.value_or("");
            if (!line || !ends_in_backslash(text) || text.size() > line_bytes_max) break;
            text.back() = '\n';
        }
        text = trimmed(text);
        if (!text.empty()) remember(text);
        return text;
    }

private:
    // One line as the keyboard ends it; pasted line breaks are in it.
    std::optional<std::string> read_line() {
        cancelled_ = false;
        int count = 0;
        ::el_set(editor_, EL_PREP_TERM, 1);  // before the prompt: a Ctrl-C after it is always a key
        write_to_terminal(asks_for_marks);
        const char* line = ::el_gets(editor_, &count);
        write_to_terminal(asks_for_none);
        if (cancelled_ || !line || count <= 0) return std::nullopt;
        std::string_view text(line, static_cast<std::size_t>(count));
        if (text.ends_with('\n')) text.remove_suffix(1);
        return std::string(text);
    }

    // An even number of them is a text about backslashes.
    static bool ends_in_backslash(std::string_view text) {
        const auto last = text.find_last_not_of('\\');
        return (text.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
    }

    static void write_to_terminal(std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }

    static unsigned char break_line(EditLine* editor, int) {
        return ::el_winsertstr(editor, L"\n") == 0 ? CC_REFRESH : CC_ERROR;
    }

    // The terminal marks where a paste begins and ends, so its line breaks are none of the keyboard.
    static unsigned char paste(EditLine* editor, int) {
        std::wstring text;
        for (wchar_t c = 0; !text.ends_with(paste_ends) && text.size() < line_bytes_max;) {
            if (::el_wgetc(editor, &c) != 1) break;
            text += c;
        }
        if (text.ends_with(paste_ends)) text.resize(text.size() - paste_ends.size());
        std::wstring plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool pair = text[i] == L'\n' && i > 0 && text[i - 1] == L'\r';
            if (text[i] == L'\r' || (text[i] == L'\n' && !pair))
                plain += L'\n';
            else if (text[i] == L'\t')
                plain += L' ';
            else if (text[i] >= L' ' && text[i] != L'\x7f')
                plain += text[i];
        }
        while (plain.ends_with(L'\n')) plain.pop_back();  // Enter is the person's
        if (plain.empty()) return CC_NORM;
        return ::el_winsertstr(editor, plain.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    }

    static char* prompt(EditLine* editor) {
        auto& reader = self(editor);
        return reader.goes_on_ ? reader.prompt_going_on_.data() : reader.prompt_.data();
    }

    static unsigned char cancel(EditLine* editor, int) {
        self(editor).cancelled_ = true;
        std::fputs("^C\n", stdout);
        return CC_EOF;
    }

    static EditingReader& self(EditLine* editor) {
        void* data = nullptr;
        ::el_get(editor, EL_CLIENTDATA, &data);
        return *static_cast<EditingReader*>(data);
    }

    void remember(const std::string& text) {
        HistEvent event;
        ::history(history_, &event, H_ENTER, text.c_str());
        const mode_t before = ::umask(0077);
        ::history(history_, &event, H_SAVE, history_file_.c_str());
        ::umask(before);
    }

    std::string prompt_;
    std::string prompt_going_on_ = "...> ";
    platform::Path history_file_;
    History* history_ = nullptr;
    EditLine* editor_ = nullptr;
    bool cancelled_ = false;
    bool goes_on_ = false;  // the line before ended in a backslash
};

}  // namespace

std::unique_ptr<LineReader> editing_reader(std::string prompt, platform::Path history_file) {
    return std::make_unique<EditingReader>(std::move(prompt), std::move(history_file));
}

std::unique_ptr<LineReader> plain_reader() {
    return std::make_unique<PlainReader>();
}

}  // namespace openclaw::cli
