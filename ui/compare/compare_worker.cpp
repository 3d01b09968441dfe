#include "ui/compare/compare_worker.hpp"

namespace syzygy {

void compare(const CompareJob& job, Control& control, const CompareWorker::Publish& publish)
{
    CompareEnd end;
    try {
        const CompareRequest request = job.make();
        publish([&](CompareNews& news) { news.subject = request.subject; });
        end.result = run_comparison(
            request,
            [&](std::size_t done, std::size_t all, const CompareRow& row) {
                publish([&](CompareNews& news) {
                    news.done = done;
                    news.all = all;
                    news.rows.push_back(row);
                });
            },
            control.token());
    } catch (const std::exception& error) {
        end.error = error.what();
    }
    publish([&](CompareNews& news) { news.end = std::move(end); });
}

}  // namespace syzygy
