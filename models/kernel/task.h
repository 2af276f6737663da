// Coroutines: a Process runs by itself until the end of the simulation, a Task<T> is awaited by its caller.
// Rules that the compilers force (tests hold them): no `if (co_await x)`, no task of bool, parameters are
// references or trivially destructible, and what cannot suspend is a plain function.
#pragma once
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "kernel/pool.h"
#include "kernel/scheduler.h"

namespace viosim {

template <class A>
concept CoroutineArgument = std::is_reference_v<A> || std::is_trivially_destructible_v<A>;

struct PooledFrame {
  static void* operator new(std::size_t size) { return BlockPool::take(size); }
  static void operator delete(void* p, std::size_t size) { BlockPool::give(p, size); }
};

/// All live processes, so that their frames are freed with the simulation and a hang can name them.
class ProcessList {
 public:
  ProcessList* next = this;
  ProcessList* prev = this;
  const char* name = "?";
  static ProcessList& all() {
    static ProcessList head;
    return head;
  }
  static void destroy_all();

 protected:
  void link() {
    ProcessList& head = all();
    prev = head.prev;
    next = &head;
    prev->next = head.prev = this;
  }
  void unlink() { prev->next = next; next->prev = prev; }
};

class Process {
 public:
  struct promise_type : PooledFrame, ProcessList, Wakeable {
    promise_type() { link(); }
    ~promise_type() { unlink(); }
    Process get_return_object() { return Process(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { scheduler().fail(std::current_exception(), name); }
  };
  using Handle = std::coroutine_handle<promise_type>;

 private:
  friend void spawn(Process process, const char* name);
  explicit Process(Handle h) : handle_(h) {}
  Handle handle_;
};

/// Starts `process` at the current time. `name` stays valid (an instance path, a literal).
inline void spawn(Process process, const char* name) {
  auto& promise = process.handle_.promise();
  promise.name = name;
  promise.fire = [](Wakeable* w) {
    Process::Handle::from_promise(*static_cast<Process::promise_type*>(w)).resume();
  };
  scheduler().wake_now(&promise);
}

inline void ProcessList::destroy_all() {
  ProcessList& head = all();
  while (head.next != &head)
    Process::Handle::from_promise(*static_cast<Process::promise_type*>(head.next)).destroy();
}

namespace detail {
struct TaskPromiseBase : PooledFrame {
  std::coroutine_handle<> continuation;
  std::exception_ptr error;
  bool starting = true;  ///< still inside the caller's co_await: the caller goes on by itself
  std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
      return h.promise().starting ? std::noop_coroutine() : h.promise().continuation;
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() { error = std::current_exception(); }
};
template <class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  void return_value(T v) { value.emplace(std::move(v)); }
  T take() { return std::move(*value); }
};
template <>
struct TaskPromise<void> : TaskPromiseBase {
  void return_void() {}
  void take() {}
};
}  // namespace detail

/// A piece of work that the caller awaits. Starts when awaited; frames come from a pool.
template <class T = void>
class [[nodiscard]] Task {
  static_assert(!std::is_same_v<T, bool>, "a task of bool invites `if (co_await ...)`, which g++ 12 drops");

 public:
  struct promise_type : detail::TaskPromise<T> {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
  };
  using Handle = std::coroutine_handle<promise_type>;
  Task(Task&& o) noexcept : handle_(std::exchange(o.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() { if (handle_) handle_.destroy(); }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> caller) {
    auto& promise = handle_.promise();
    promise.continuation = caller;
    handle_.resume();  // no symmetric transfer: what finishes at once must not deepen the stack
    if (handle_.done()) return false;
    promise.starting = false;
    return true;
  }
  T await_resume() {
    if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
    return handle_.promise().take();
  }

 private:
  explicit Task(Handle h) : handle_(h) {}
  Handle handle_;
};

}  // namespace viosim

template <class... A>
struct std::coroutine_traits<viosim::Process, A...> {
  static_assert((viosim::CoroutineArgument<A> && ...), "a coroutine takes references or trivial values");
  using promise_type = viosim::Process::promise_type;
};
template <class T, class... A>
struct std::coroutine_traits<viosim::Task<T>, A...> {
  static_assert((viosim::CoroutineArgument<A> && ...), "a coroutine takes references or trivial values");
  using promise_type = typename viosim::Task<T>::promise_type;
};
