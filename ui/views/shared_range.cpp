#include "ui/views/shared_range.hpp"

namespace syzygy {
namespace {

std::tuple<std::string, double, double, std::size_t> identity(const Session& session)
{
    if (!session.has_data()) return {};
    const Observations& data = *session.data().observations;
    if (data.times.empty()) return {data.name, 0, 0, 0};
    return {data.name, data.times.front(), data.times.back(), data.size()};
}

}  // namespace

SharedRange& SharedRange::find(const ViewContext& context, const QString& name)
{
    if (auto* found = context.timeline->findChild<SharedRange*>(name, Qt::FindDirectChildrenOnly)) return *found;
    auto* made = new SharedRange(context);
    made->setObjectName(name);
    return *made;
}

SharedRange::SharedRange(const ViewContext& context)
    : QObject(context.timeline), session_(context.session), data_(identity(*context.session))
{
    connect(session_, &Session::data_changed, this, &SharedRange::forget_with_new_data);
}

void SharedRange::choose(const QCPRange& range)
{
    const double largest = std::max(std::abs(range.lower), std::abs(range.upper));
    if (!std::isfinite(range.lower) || !std::isfinite(range.upper) || !(range.size() > 1e-13 * largest)) return;
    if (chosen_ && *chosen_ == range) return;
    chosen_ = range;
    Q_EMIT changed();
}

void SharedRange::reset()
{
    if (!chosen_) return;
    chosen_.reset();
    Q_EMIT changed();
}

void SharedRange::forget_with_new_data()
{
    // A moved observation is a change of the same data.
    if (auto now = identity(*session_); now != data_) {
        data_ = std::move(now);
        reset();
    }
}

}  // namespace syzygy
