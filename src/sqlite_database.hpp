// A SQLite connection and its prepared statements, as far as the cache needs them.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace costengine::detail {

/// A prepared statement, or none if preparing failed. reset() after each use: an open one holds a
/// lock.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, const char* sql) {
    code_ = sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(Statement&& other) noexcept : statement_(other.statement_), code_(other.code_) {
    other.statement_ = nullptr;
  }
  Statement& operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(code_, other.code_);
    return *this;
  }

  Statement& bind(int at, std::int64_t number) {
    keep(sqlite3_bind_int64(statement_, at, number));
    return *this;
  }
  /// The text must live until reset().
  Statement& bind_text(int at, std::string_view text) {
    keep(sqlite3_bind_text64(statement_, at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
  }
  Statement& bind_bytes(int at, std::string_view bytes) {
    keep(sqlite3_bind_blob64(statement_, at, bytes.data(), bytes.size(), SQLITE_STATIC));
    return *this;
  }
  /// SQLITE_ROW, SQLITE_DONE or an error.
  int step() {
    if (code_ == SQLITE_OK) code_ = sqlite3_step(statement_);
    const int code = code_;
    if (code_ == SQLITE_ROW) code_ = SQLITE_OK;
    return code;
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  /// Valid until the next step() or reset(). Empty also where there is no memory for it.
  [[nodiscard]] std::string_view bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr
               ? std::string_view()
               : std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(size));
  }
  [[nodiscard]] int code() const { return code_; }
  void reset() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    code_ = SQLITE_OK;
  }

 private:
  void keep(int code) {
    if (code_ == SQLITE_OK) code_ = code;
  }
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
};

/// Resets a statement at the end of its use.
class InUse {
 public:
  explicit InUse(Statement& statement) : statement_(statement) {}
  ~InUse() { statement_.reset(); }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;
  Statement* operator->() { return &statement_; }

 private:
  Statement& statement_;
};

/// From its making to end() or its destruction, which takes back what was not committed.
class Transaction {
 public:
  Transaction(Statement& begin, Statement& commit, Statement& rollback)
      : commit_(commit), rollback_(rollback) {
    InUse in_use(begin);
    const int code = in_use->step();
    begun_ = code == SQLITE_DONE;
    if (!begun_) code_ = code;
  }
  ~Transaction() {
    if (!begun_) return;
    InUse in_use(rollback_);
    in_use->step();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Keeps the first error.
  void fail(int code) {
    if (code_ == SQLITE_OK) code_ = code;
  }
  [[nodiscard]] bool failed() const { return code_ != SQLITE_OK; }
  /// Commits if nothing failed. SQLITE_OK, or what failed.
  int end() {
    if (failed()) return code_;
    InUse in_use(commit_);
    const int code = in_use->step();
    if (code == SQLITE_DONE) {
      begun_ = false;
    } else {
      code_ = code;
    }
    return code_;
  }

 private:
  Statement& commit_;
  Statement& rollback_;
  int code_ = SQLITE_OK;
  bool begun_ = false;
};

class Database {
 public:
  Database() = default;
  ~Database() { close(); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  int open(const std::string& name, int flags) {
    close();
    // SQLite has meanings of its own for names like ":memory:" and "file:...".
    const bool plain = (flags & SQLITE_OPEN_URI) != 0 || name.starts_with('/');
    const std::string file = plain ? name : "./" + name;
    return sqlite3_open_v2(file.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  }
  void close() {
    sqlite3_close_v2(database_);
    database_ = nullptr;
  }
  int run(const char* sql) { return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); }
  /// The single number that `sql` asks for; `otherwise` if there is none.
  std::int64_t number(const char* sql, std::int64_t otherwise) {
    Statement statement(database_, sql);
    return statement.step() == SQLITE_ROW ? statement.number(0) : otherwise;
  }
  [[nodiscard]] sqlite3* handle() const { return database_; }
  [[nodiscard]] std::string message() const { return sqlite3_errmsg(database_); }

 private:
  sqlite3* database_ = nullptr;
};

/// Whether an answer of SQLite means that the file is not as SQLite left it.
inline bool means_damage(int code) {
  switch (code & 255) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:     // a table that is not there
    case SQLITE_MISMATCH:  // a column of another type
      return true;
    default:
      return false;
  }
}

}  // namespace costengine::detail
