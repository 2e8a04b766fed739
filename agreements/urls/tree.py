"""Addresses: the performance tree."""

from django.urls import path

from agreements.views import tree, tree_links, tree_writing

TREE = "<int:year>/pohon-kinerja/"
NODE = f"{TREE}simpul/<int:pk>/"
LINK = f"{TREE}dukungan/<int:pk>/"

urlpatterns = [
    path(TREE, tree.tree, name="tree"),
    path(f"{TREE}mulai/", tree.tree_start, name="tree_start"),
    path(f"{TREE}unit/", tree.tree_units, name="tree_units"),
    path(f"{TREE}unit/<int:unit>/", tree.tree, name="tree_of"),
    path(f"{TREE}unit/<int:unit>/mulai/", tree.tree_start, name="tree_start_of"),
    path(f"{TREE}simpul/baru/", tree_writing.node_create, name="tree_node_create"),
    path(NODE, tree.node, name="tree_node"),
    path(f"{NODE}cabang/", tree.branch, name="tree_branch"),
    path(f"{NODE}ubah/", tree_writing.node_edit, name="tree_node_edit"),
    path(f"{NODE}pindah/", tree_writing.node_move, name="tree_node_move"),
    path(f"{NODE}geser/", tree_writing.node_shift, name="tree_node_shift"),
    path(f"{NODE}hapus/", tree_writing.node_delete, name="tree_node_delete"),
    path(f"{NODE}pemilik/", tree_writing.node_owner, name="tree_node_owner"),
    path(f"{NODE}lampirkan/<slug:what>/", tree_writing.node_attach, name="tree_node_attach"),
    path(f"{NODE}lepas/<slug:what>/", tree_writing.node_detach, name="tree_node_detach"),
    path(f"{NODE}minta/", tree_links.link_ask, name="tree_link_ask"),
    path(f"{TREE}dukungan/", tree_links.link_list, name="tree_links"),
    path(LINK, tree_links.link, name="tree_link"),
    path(f"{LINK}simpul/", tree_links.link_node, name="tree_link_node"),
    path(f"{LINK}tarik/", tree_links.link_withdraw, name="tree_link_withdraw"),
    path(f"{LINK}<slug:action>/", tree_links.link_action, name="tree_link_action"),
]
