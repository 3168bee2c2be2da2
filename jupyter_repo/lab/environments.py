"""Which Python a notebook's kernel is: the running kernel's, else that of the kernel spec the notebook names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_client.kernelspec import NoSuchKernel

from ..client import kernels
from ..errors import InvalidRequest

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager


class KernelPythons:
    """Looks kernels up in a Jupyter server."""

    def __init__(self, kernel_manager: MappingKernelManager, specs: KernelSpecManager) -> None:
        self._kernels = kernel_manager
        self._specs = specs

    def find(self, kernel_id: str | None, spec_name: str) -> str | None:
        """The Python to ask; None if there is no such kernel here, or it isn't Python."""
        argv = self._argv(kernel_id, spec_name)
        return kernels.kernel_python(argv) if kernels.is_python(argv) else None

    def require(self, kernel_id: str | None, spec_name: str) -> str:
        """The Python to ask; InvalidRequest that says the way out."""
        python = self.find(kernel_id, spec_name)
        if python is None:
            raise InvalidRequest(
                f"The kernel {spec_name or 'of this notebook'} is not a Python on this machine, so its environment "
                "can't be described; publish without “Attach this environment”"
            )
        return python

    def _argv(self, kernel_id: str | None, spec_name: str) -> list[str]:
        name = spec_name
        if kernel_id and kernel_id in self._kernels:
            name = self._kernels.get_kernel(kernel_id).kernel_name
        try:
            return list(self._specs.get_kernel_spec(name or self._kernels.default_kernel_name).argv)
        except NoSuchKernel:
            return []
