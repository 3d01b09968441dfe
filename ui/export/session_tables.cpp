#include "ui/export/session_tables.hpp"

#include "physics/observations/csv.hpp"
#include "ui/export/tables.hpp"

namespace syzygy {

namespace {

using Make = std::function<std::string(std::stop_token)>;

Make of_data(const Session& session)
{
    if (!session.has_data()) return {};
    return [observations = session.data().observations](const std::stop_token&) { return to_csv(*observations); };
}

template <std::string (*table)(const Solution&, std::stop_token)>
Make of_solution(const Session& session)
{
    if (!session.picture()) return {};
    return [picture = session.picture()](const std::stop_token& stop) { return table(*picture->solution, stop); };
}

}  // namespace

std::span<const SessionTable> session_tables()
{
    static constexpr SessionTable table[] = {
        {"data", "Data", "The observations, with units and errors: a file that `syzygy fit` reads", "orbit", &of_data},
        {"residuals", "Residuals", "Predicted minus observed positions, with the errors", "residuals",
         &of_solution<&residual_table>},
        {"steps", "Solver steps", "Every attempted step: time, size, error over tolerance, accepted or not", "step-size",
         &of_solution<&step_table>},
    };
    return table;
}

const SessionTable* find_session_table(std::string_view id)
{
    for (const SessionTable& table : session_tables())
        if (table.id == id) return &table;
    return nullptr;
}

}  // namespace syzygy
