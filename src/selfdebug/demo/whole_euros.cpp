#include <vector>

// The cents of each booking are dropped, before anything is added up.
int whole_euros(const std::vector<int>& bookings) {
    int total = 0;
    for (int cents : bookings) {
        total += cents / 100;
    }
    return total;
}
