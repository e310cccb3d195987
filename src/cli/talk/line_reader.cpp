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
    }
    ~EditingReader() override {
        ::el_end(editor_);
        ::history_end(history_);
    }

    std::optional<std::string> read() override {
        cancelled_ = false;
        int count = 0;
        ::el_set(editor_, EL_PREP_TERM, 1);  // before the prompt: a Ctrl-C after it is always a key
        const char* line = ::el_gets(editor_, &count);
        if (cancelled_) return std::string();
        if (!line || count <= 0) return std::nullopt;
        std::string text(trimmed(std::string_view(line, static_cast<std::size_t>(count))));
        if (!text.empty()) remember(text);
        return text;
    }

private:
    static char* prompt(EditLine* editor) { return self(editor).prompt_.data(); }

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
    platform::Path history_file_;
    History* history_ = nullptr;
    EditLine* editor_ = nullptr;
    bool cancelled_ = false;
};

}  // namespace

std::unique_ptr<LineReader> editing_reader(std::string prompt, platform::Path history_file) {
    return std::make_unique<EditingReader>(std::move(prompt), std::move(history_file));
}

std::unique_ptr<LineReader> plain_reader() {
    return std::make_unique<PlainReader>();
}

}  // namespace openclaw::cli
