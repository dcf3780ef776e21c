package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTest {
    private static final Caller NOBODY = new Caller("", Set.of());
    private static final Caller CUSTOMER = new Caller("7", Set.of(Role.CUSTOMER));
    private static final Caller STAFF = new Caller("", Set.of(Role.STAFF));

    @Test
    void aCustomerActsForThemselvesAndStaffForAnybody() {
        assertThat(CUSTOMER.mayAct("7")).isTrue();
        assertThat(CUSTOMER.mayAct("8")).isFalse();
        assertThat(NOBODY.mayAct("")).isFalse();
        assertThat(STAFF.mayAct("8")).isTrue();
        assertThat(new Caller("1", Set.of(Role.ADMIN)).mayAct("8")).isTrue();
    }

    @Test
    void aRequestActsForWhomItNamesOrElseForItsCaller() {
        assertThat(CUSTOMER.actingFor("")).isEqualTo("7");
        assertThat(CUSTOMER.actingFor("7")).isEqualTo("7");
        assertThat(STAFF.actingFor("8")).isEqualTo("8");
        refused(CUSTOMER, "8", Status.Code.PERMISSION_DENIED, "ROLE_MISSING");
        refused(STAFF, "", Status.Code.UNAUTHENTICATED, "IDENTITY_MISSING");
        refused(NOBODY, "8", Status.Code.UNAUTHENTICATED, "IDENTITY_MISSING");
    }

    @Test
    void whereNoCallIsServedThereIsNobody() {
        assertThat(Caller.current()).isEqualTo(NOBODY);
    }

    private static void refused(Caller caller, String named, Status.Code code, String reason) {
        assertThatThrownBy(() -> caller.actingFor(named)).isInstanceOfSatisfying(RefusalException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.reason()).isEqualTo(reason);
        });
    }
}
