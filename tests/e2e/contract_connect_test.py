"""Every method of the contract over Connect, by the same cases as over gRPC: JSON by POST, binary by GET where that may be."""

import unittest

import connect
import contract_test
import harness


class Json(contract_test.ContractTest):
    OPTIONS = {"codec": "json"}

    @classmethod
    def setUpClass(cls):
        cls.box = connect.speak_connect(cls.enterClassContext(harness.Installation()), **cls.OPTIONS)
        cls.backend, cls.moderator = cls.box.backend(), cls.box.moderator()
        cls.operator = cls.box.client(cls.box.operator_key)
        cls.at = f"sites/{cls.box.site}"


class ProtoAndGet(Json):
    OPTIONS = {"codec": "proto", "get": True}


if __name__ == "__main__":
    unittest.main()
